import { invalid } from "../../check.js";
import { type DType, promote } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { axisBlocks, axisLength, createNode, joinAxes, type Node, unifyAxes } from "../../graph/index.js";
import { cast } from "../map.js";
import { gather } from "../rechunk.js";
import { checkAxis, formatShape } from "../shape.js";
import { whenKnown } from "../when-known.js";
import { addAxes, atLeast } from "./dims.js";
import { arrayNode } from "./operands.js";

/** Arrays one behind the other along an axis. */
export function concatenate(arrays: unknown, axis: unknown): Node {
  const nodes = readArrays(arrays);
  const [first] = nodes;
  if (first.shape.length === 0) throw invalid("arrays with an axis at least", "arrays[0]", arrays);
  return concatenateNodes(nodes, checkAxis(axis, "options.axis", first.shape.length));
}

/** Arrays of the same shape along a new axis. */
export function stack(arrays: unknown, axis: unknown): Node {
  const nodes = readArrays(arrays);
  const [first] = nodes;
  const ndim = first.shape.length + 1;
  const place = checkAxis(axis, "options.axis", ndim);
  for (const [index, node] of nodes.entries()) {
    if (formatShape(node.shape) === formatShape(first.shape)) continue;
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `\`arrays[${index}]\` has shape ${formatShape(node.shape)}, but \`arrays[0]\` has ${formatShape(first.shape)}`,
    );
  }
  return concatenateNodes(
    nodes.map((node) => addAxes(node, ndim, [place])),
    place,
  );
}

/** Arrays one below the other: along the first axis, those of one axis as rows. */
export function vstack(arrays: unknown): Node {
  return concatenateNodes(
    readArrays(arrays).map((node) => atLeast(node, 2)),
    0,
  );
}

/** Arrays side by side: along the second axis, those of one axis along it. */
export function hstack(arrays: unknown): Node {
  const nodes = readArrays(arrays).map((node) => atLeast(node, 1));
  return concatenateNodes(nodes, nodes[0]?.shape.length === 1 ? 0 : 1);
}

/** Arrays one behind the other along the third axis. */
export function dstack(arrays: unknown): Node {
  return concatenateNodes(
    readArrays(arrays).map((node) => atLeast(node, 3)),
    2,
  );
}

/** Arrays put together from nested lists: the innermost along the last axis, the next along the one before. */
export function block(arrays: unknown): Node {
  const depth = depthOf(arrays, "arrays");
  const ndim = Math.max(depth, ...leaves(arrays).map((node) => node.shape.length));
  const join = (value: unknown, level: number): Node => {
    if (!Array.isArray(value)) {
      const node = arrayNode(value, "arrays");
      const missing = ndim - node.shape.length;
      return addAxes(
        node,
        ndim,
        Array.from({ length: missing }, (_, place) => place),
      );
    }
    return concatenateNodes(
      value.map((entry) => join(entry, level + 1)),
      ndim - depth + level,
    );
  };
  return join(arrays, 0);
}

function leaves(value: unknown): Node[] {
  return Array.isArray(value) ? value.flatMap(leaves) : [arrayNode(value, "arrays")];
}

/** How deep lists are nested, which must be the same everywhere. */
function depthOf(value: unknown, name: string): number {
  if (!Array.isArray(value)) return 0;
  const depths = value.map((entry, index) => depthOf(entry, `${name}[${index}]`));
  const [depth] = depths;
  if (depth === undefined) throw invalid("a list that is not empty", name, value);
  const odd = depths.findIndex((other) => other !== depth);
  if (odd === -1) return depth + 1;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `\`${name}[${odd}]\` is nested ${depths[odd]} deep, but \`${name}[0]\` is nested ${depth} deep`,
  );
}

function readArrays(arrays: unknown): readonly [Node, ...Node[]] {
  if (!Array.isArray(arrays)) throw invalid("a list of arrays", "arrays", arrays);
  const [first, ...rest] = arrays.map((entry, index) => arrayNode(entry, `arrays[${index}]`));
  if (first === undefined) throw invalid("one array at least", "arrays", arrays);
  return [first, ...rest];
}

/** Nodes one behind the other along an axis, with the dtype that they have in common. */
export function concatenateNodes(nodes: readonly Node[], along: number): Node {
  const dtype = nodes.map((node) => node.dtype).reduce(promote);
  const ndim = nodes[0]?.shape.length ?? 0;
  const unmeasured = { label: "concatenate", parameters: along, dtype, ndim };
  return whenKnown(nodes, unmeasured, (known) => concatenateKnown(known, along, dtype));
}

function concatenateKnown(nodes: readonly Node[], along: number, dtype: DType): Node {
  checkShapes(nodes, along);
  // What has no elements along the axis adds nothing but its dtype.
  const filled = nodes.filter((node) => node.shape[along] !== 0);
  const parts = filled.length === 0 ? nodes.slice(0, 1) : filled;
  const [first, ...others] = parts.map((node) => cast(node, dtype));
  if (first === undefined) throw invalid("one array at least", "arrays", nodes);
  if (others.length === 0) return first;
  const all = [first, ...others];
  const common = first.grid.map((_, axis) =>
    unifyAxes(all.flatMap((node) => node.grid.slice(axis, axis + 1))),
  );
  const inputs = all.map((node) =>
    gather(
      node,
      node.grid.map((axis, number) => (number === along ? axis : (common[number] ?? axis))),
    ),
  );
  const axes = inputs.flatMap((node) => node.grid.slice(along, along + 1));
  let end = 0;
  const ends = axes.map((axis) => (end += axisBlocks(axis)));
  return createNode({
    label: "concatenate",
    kind: { concatenate: { axis: along, ends } },
    dtype,
    grid: common.map((axis, number) => (number === along ? joinAxes(axes) : axis)),
    inputs,
  });
}

function checkShapes(nodes: readonly Node[], along: number): void {
  const [first] = nodes;
  for (const [index, { shape }] of nodes.entries()) {
    const fits =
      shape.length === first?.shape.length &&
      along < shape.length &&
      shape.every((length, axis) => axis === along || length === first.shape[axis]);
    if (fits) continue;
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `\`arrays[${index}]\` of shape ${formatShape(shape)} does not go behind one of shape ${formatShape(first?.shape ?? [])} along axis ${along}`,
    );
  }
  const total = nodes.reduce((sum, node) => sum + axisLength(node.grid[along] ?? []), 0);
  if (!Number.isSafeInteger(total)) throw invalid("2^53 - 1 elements at most along an axis", "arrays", total);
}
