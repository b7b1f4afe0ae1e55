import { DTYPES, type ScalarValue } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Grid } from "../../generated/layers.js";
import { axisLength, type Node, wholeAxis } from "../../graph/index.js";
import { autoGrid } from "../chunks.js";
import { filled, positions, toConstant } from "../create.js";
import { cast, MapBuilder } from "../map.js";
import { reduce } from "../reduce.js";
import { REDUCTIONS } from "../reductions.js";
import { formatShape } from "../shape.js";
import { repeatOver } from "./broadcast-to.js";
import { concatenateNodes } from "./concatenate.js";
import { addAxes } from "./dims.js";
import { sliceAlong } from "./roll.js";

/** How many elements are put before and behind an axis. */
export type Widths = readonly [before: number, after: number];

/** Puts zeros around an axis. */
export function padZeros(node: Node, axis: number, widths: Widths): Node {
  return padConstant(node, axis, widths, [0, 0]);
}

/** Puts a value around an axis. */
export function padConstant(
  node: Node,
  axis: number,
  widths: Widths,
  values: readonly [ScalarValue, ScalarValue],
): Node {
  return surround(node, axis, widths, (width, side) => {
    const value = toConstant(values[side], node.dtype, "options.constantValues");
    return filled("pad", borderGrid(node, axis, width), value, node.dtype);
  });
}

/** Repeats the first and the last element. */
export function padEdge(node: Node, axis: number, widths: Widths): Node {
  return surround(node, axis, widths, (width, side) =>
    repeatOver(edgeOf(node, axis, side), borderGrid(node, axis, width)),
  );
}

/** Goes evenly from a value to the first and from the last element to a value. */
export function padRamp(node: Node, axis: number, widths: Widths, ends: readonly [number, number]): Node {
  return surround(node, axis, widths, (width, side) => {
    const grid = borderGrid(node, axis, width);
    const along = grid[axis] ?? [];
    const ndim = grid.length;
    const places = [...grid.keys()].filter((number) => number !== axis);
    const builder = new MapBuilder();
    // Steps are counted from the outer end.
    const number = builder.operand(addAxes(positions(along), ndim, places), "float64", "x");
    const last = builder.operand(width - 1, "float64", "x");
    const count = side === 0 ? number : builder.apply("subtract", "float64", [last, number]);
    const end = builder.operand(ends[side], "float64", "options.endValues");
    const edge = builder.operand(edgeOf(node, axis, side), "float64", "x");
    const rise = builder.apply("subtract", "float64", [edge, end]);
    const step = builder.apply("divide", "float64", [rise, builder.operand(width, "float64", "x")]);
    const value = builder.apply("add", "float64", [builder.apply("multiply", "float64", [count, step]), end]);
    const isFloat = DTYPES[node.dtype].kind === "float";
    const whole = isFloat ? value : builder.apply("floor", "float64", [value]);
    return cast(builder.finish("pad", "float64", whole), node.dtype);
  });
}

/** Repeats what a reduction makes of the elements nearest to each end. */
export function padStatistic(
  node: Node,
  axis: number,
  widths: Widths,
  { name, lengths }: { name: "max" | "mean" | "min"; lengths: readonly [number, number] },
): Node {
  return surround(node, axis, widths, (width, side) => {
    const total = node.shape[axis] ?? 0;
    const length = Math.min(lengths[side], total);
    const nearest =
      side === 0 ? sliceAlong(node, axis, 0, length) : sliceAlong(node, axis, total - length, total);
    const reduced = reduce(name, REDUCTIONS[name], nearest, { axis, keepdims: true });
    return repeatOver(toDType(reduced, node), borderGrid(node, axis, width));
  });
}

/** A statistic in the dtype of the array; of whole numbers it is rounded to the nearest. */
function toDType(reduced: Node, { dtype }: Node): Node {
  const isRounded = DTYPES[reduced.dtype].kind === "float" && DTYPES[dtype].kind !== "float";
  if (!isRounded) return cast(reduced, dtype);
  const builder = new MapBuilder();
  const value = builder.apply("rint", reduced.dtype, [builder.operand(reduced, reduced.dtype, "x")]);
  return cast(builder.finish("pad", reduced.dtype, value), dtype);
}

/** Continues with the elements in turn, mirrored or not. */
export function padWave(
  node: Node,
  axis: number,
  widths: Widths,
  mode: "reflect" | "symmetric" | "wrap",
): Node {
  const length = node.shape[axis] ?? 0;
  // One element has nothing to be mirrored at.
  if (mode === "reflect" && length === 1) return padEdge(node, axis, widths);
  const pieces = (width: number, side: 0 | 1): Node[] => {
    const made: Node[] = [];
    const period = mode === "reflect" ? length - 1 : length;
    for (let left = width, turn = 0; left > 0; left -= period, turn += 1) {
      made.push(waveOf(node, axis, { mode, side, turn, count: Math.min(left, period) }));
    }
    return side === 0 ? made.reverse() : made;
  };
  return concatenateNodes([...pieces(widths[0], 0), node, ...pieces(widths[1], 1)], axis);
}

interface Wave {
  readonly mode: "reflect" | "symmetric" | "wrap";
  readonly side: 0 | 1;
  /** How often the axis was gone through before. */
  readonly turn: number;
  readonly count: number;
}

/** The elements that follow the axis, nearest to it `count` of them, in the order in which they stand. */
function waveOf(node: Node, axis: number, { mode, side, turn, count }: Wave): Node {
  const length = node.shape[axis] ?? 0;
  const isMirrored = mode !== "wrap" && turn % 2 === 0;
  const skipped = mode === "reflect" ? 1 : 0;
  // Outwards from the right end the elements fall from the last one on where they are mirrored, else rise.
  const falls = side === 1 ? isMirrored : !isMirrored;
  const first = falls ? length - 1 - skipped : skipped;
  const outer = falls ? first - count + 1 : first + count - 1;
  const [start, stop] = side === 1 ? [first, outer] : [outer, first];
  const step = start <= stop ? 1 : -1;
  const end = stop + step;
  return sliceAlong(node, axis, start, end < 0 ? null : end, step);
}

/** Puts something before and behind an axis; `side` is 0 before and 1 behind. */
function surround(
  node: Node,
  axis: number,
  widths: Widths,
  make: (width: number, side: 0 | 1) => Node,
): Node {
  const [before, after] = ([0, 1] as const).map((side) =>
    widths[side] > 0 ? [make(widths[side], side)] : [],
  );
  const parts = [...(before ?? []), node, ...(after ?? [])];
  return parts.length === 1 ? node : concatenateNodes(parts, axis);
}

/** The blocks of what is put at an end of an axis. */
function borderGrid(node: Node, axis: number, width: number): Grid {
  const kept = node.grid.map((blocks, number) => (number === axis ? undefined : blocks));
  const shape = node.shape.map((length, number) => (number === axis ? width : length));
  return autoGrid(kept, { shape, dtype: node.dtype });
}

/** The first or the last element of an axis, which stays. */
function edgeOf(node: Node, axis: number, side: 0 | 1): Node {
  const last = axisLength(node.grid[axis] ?? wholeAxis(0)) - 1;
  const at = side === 0 ? 0 : last;
  return sliceAlong(node, axis, at, at + 1);
}

/** Refuses to continue an axis without elements. */
export function checkNotEmpty(node: Node, axis: number): void {
  if (node.shape[axis] !== 0) return;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `An array of shape ${formatShape(node.shape)} has no elements along axis ${axis} to pad with; only "constant" and "empty" need none`,
  );
}
