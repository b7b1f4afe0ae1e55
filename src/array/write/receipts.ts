import { checkBoolean } from "../../check.js";
import type { Target, Write } from "../../generated/layers.js";
import {
  axisBlocks,
  createNode,
  defer,
  interleaved,
  isKnownGrid,
  isPaired,
  type Node,
  regularAxis,
} from "../../graph/index.js";
import { type ComputeOptions, computeNodes, computeOptionsOf } from "../compute.js";
import { constant } from "../create.js";
import { elementwise } from "../elementwise.js";
import { NODE } from "../operand.js";
import { BINARY } from "../operations.js";
import { reduce } from "../reduce.js";
import { REDUCTIONS } from "../reductions.js";
import { selectAll } from "../selection.js";

/** Writes all of a node, which becomes one truth value: that every block was written. */
export function write(elements: Node, target: Target): Node {
  const node = isPaired(elements) ? pairsOf(elements) : elements;
  return writeSelected(node, target, { shape: node.shape, selection: selectAll(node.shape.length) });
}

/** As `write`, to the elements of a target of some shape that a selection names. */
export function writeSelected(
  node: Node,
  target: Target,
  { shape, selection }: Pick<Write, "shape" | "selection">,
): Node {
  const receipts = createNode({
    label: "write",
    kind: { write: { target, shape, selection } },
    dtype: "bool",
    grid: node.grid.map((axis) => regularAxis(axisBlocks(axis), 1)),
    inputs: [node],
  });
  return reduce("all", REDUCTIONS.all, receipts, {});
}

/** Complex elements as floats that take turns along the last axis. */
export function turnsAlongLast(elements: Node): Node {
  const pairs = pairsOf(elements);
  const last = elements.grid.length - 1;
  return createNode({
    label: "pairs",
    kind: { reshape: {} },
    dtype: pairs.dtype,
    grid: elements.grid.map((axis, number) =>
      number === last ? axis.map((run) => ({ ...run, length: 2 * run.length })) : axis,
    ),
    inputs: [pairs],
  });
}

/** Complex elements as floats, both parts in a block. */
export function pairsOf(elements: Node): Node {
  return interleaved(elements);
}

/**
 * What `build` makes of a node, once the lengths of its axes are known. `parameters` is plain data that tells it from
 * other writes.
 */
export function whenKnown(node: Node, parameters: unknown, build: (known: Node) => Node): Node {
  if (isKnownGrid(node.grid)) return build(node);
  return defer({
    label: "write",
    parameters,
    dtype: "bool",
    axes: [],
    inputs: [node],
    build: ([known = node]) => build(known),
  });
}

/** When something is written. */
export interface WriteTime {
  /**
   * Whether it is computed at once. If not, what is given is a lazy bool, which is true and has written when it is
   * computed, alone or together with others. Default: true.
   */
  readonly compute?: boolean | undefined;
}

/** Whether a write waits until somebody computes it. */
export function isLater(options: unknown): boolean {
  const { compute = true } = (options ?? {}) as WriteTime;
  return !checkBoolean(compute, "options.compute");
}

/** Runs what writes, all in one run, so that what several arrays have in common is made once. */
export async function computeWrites(build: () => readonly Node[], options: ComputeOptions): Promise<void> {
  await computeNodes(build(), computeOptionsOf(options));
}

/** One truth value of several. */
export function allWritten([first, ...others]: readonly Node[]): Node {
  if (first === undefined) return constant(true, "bool");
  return others.reduce(
    (all, node) => elementwise("write", BINARY.logicalAnd, [{ [NODE]: all }, { [NODE]: node }]),
    first,
  );
}
