import { invalid } from "../../check.js";
import { DTYPES } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Axis, Grid } from "../../generated/layers.js";
import { axisGroups, axisLength, createNode, gridShape, type Node, product } from "../../graph/index.js";
import { full } from "../create.js";
import { gather } from "../rechunk.js";
import { formatShape } from "../shape.js";
import { whenKnown } from "../when-known.js";
import { type Cut, mergeAxes, splitAxis } from "./flat-blocks.js";

/** How a reshape cuts blocks. */
export interface ReshapePlan {
  /** Whether blocks are rechunked to keep their size, rather than cut along all but the last axis. */
  readonly mergeChunks: boolean;
  /** The most bytes of a block where it has to be cut anew. */
  readonly limit?: number | undefined;
}

/** The same elements in row-major order under another shape. */
export function reshape(node: Node, shape: unknown, plan: ReshapePlan): Node {
  const wanted = readShape(shape);
  const unmeasured = { label: "reshape", parameters: [wanted, plan], dtype: node.dtype, ndim: wanted.length };
  return whenKnown([node], unmeasured, ([known = node]) => reshapeKnown(known, wanted, plan));
}

function reshapeKnown(node: Node, wanted: readonly number[], plan: ReshapePlan): Node {
  const target = fitShape(wanted, node.shape);
  if (product(target) === 0) return full("reshape", target, 0, { dtype: node.dtype }, node.dtype);
  const elements = plan.limit === undefined ? undefined : plan.limit / DTYPES[node.dtype].itemsize;
  const cut = { mergeChunks: plan.mergeChunks, elements };
  const from = withoutEmptyChunks(node.grid);
  const groups = axisGroups(node.shape, target).map(({ from: taken, to: given }) =>
    planGroup(
      taken.flatMap((axis) => from.slice(axis, axis + 1)),
      given.map((axis) => target[axis] ?? 1),
      cut,
    ),
  );
  // Most groups need no detour: what merges then has its last shape already.
  const merged = reblock(gather(node, gridOf(groups, "from")), gridOf(groups, "merged"));
  return reblock(gather(merged, gridOf(groups, "split")), gridOf(groups, "to"));
}

/** How a group of axes becomes another: gather as `from`, reshape to `merged`, gather as `split`, reshape to `to`. */
interface GroupPlan {
  readonly from: Grid;
  readonly merged: Grid;
  readonly split: Grid;
  readonly to: Grid;
}

const SINGLE: Axis = [{ length: 1, count: 1 }];

function planGroup(axes: Grid, lengths: readonly number[], cut: Cut): GroupPlan {
  const long = axes.filter((axis) => axisLength(axis) !== 1);
  const wide = lengths.filter((length) => length !== 1);
  const withOnes = (grid: Grid, shape: readonly number[]): Grid => {
    const left = [...grid];
    return shape.map((length) => (length === 1 ? SINGLE : (left.shift() ?? SINGLE)));
  };
  const merge = long.length > 1 ? mergeAxes(long, cut) : { axes: long, flat: long[0] ?? SINGLE };
  const split =
    wide.length > 1
      ? splitAxis(merge.flat, wide, cut)
      : { axes: wide.map(() => merge.flat), flat: merge.flat };
  const from = withOnes(merge.axes, gridShape(axes));
  const to = withOnes(split.axes, lengths);
  if (wide.length < 2) return { from, merged: to, split: to, to };
  if (long.length < 2) return { from: withOnes([split.flat], gridShape(axes)), merged: to, split: to, to };
  return { from, merged: [merge.flat], split: [split.flat], to };
}

function gridOf(groups: readonly GroupPlan[], step: keyof GroupPlan): Grid {
  return groups.flatMap((group) => group[step]);
}

/** The same blocks under another shape. */
export function reblock(node: Node, grid: Grid): Node {
  const shape = gridShape(grid);
  const isSame =
    shape.length === node.shape.length && shape.every((length, axis) => length === node.shape[axis]);
  if (isSame) return node;
  return createNode({ label: "reshape", kind: { reshape: {} }, dtype: node.dtype, grid, inputs: [node] });
}

/** A grid without chunks that hold nothing. */
export function withoutEmptyChunks(grid: Grid): Grid {
  return grid.map((axis) => axis.filter((run) => run.length > 0));
}

/** A shape that somebody wrote, one length of which may be -1. */
export function readShape(value: unknown): number[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  const lengths = given.map((length, axis) => {
    if (Number.isSafeInteger(length) && (length as number) >= -1) return length as number;
    throw invalid(
      "a length, or -1 for what is left",
      Array.isArray(value) ? `shape[${axis}]` : "shape",
      length,
    );
  });
  const open = lengths.filter((length) => length === -1).length;
  if (open > 1) throw invalid("one -1 at most", "shape", value);
  return lengths;
}

/** The shape with a length in place of -1. */
export function fitShape(lengths: readonly number[], from: readonly number[]): number[] {
  const size = product(from);
  const known = product(lengths.filter((length) => length !== -1));
  const rest = size / known;
  const shape = lengths.map((length) => (length === -1 ? rest : length));
  if (lengths.includes(-1) ? Number.isInteger(rest) : size === known) return shape;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `An array of shape ${formatShape(from)} has ${size} elements, which do not make up shape ${formatShape(lengths)}`,
  );
}
