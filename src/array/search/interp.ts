import { invalid } from "../../check.js";
import { isComplex, isRealValue } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Project } from "../../generated/layers.js";
import type { Node } from "../../graph/index.js";
import { callBlocks } from "../call-blocks.js";
import { cast } from "../map.js";
import { NDArray } from "../ndarray.js";
import { gather } from "../rechunk.js";
import { formatShape } from "../shape.js";
import { oneChunk } from "../statistics/along.js";
import { whenKnown } from "../when-known.js";

/** What lies beside the points that are known. */
interface Beside {
  /** Value before the first point. Default: that of the first point. */
  readonly left: number | undefined;
  /** Value behind the last point. Default: that of the last point. */
  readonly right: number | undefined;
  /** After which distance everything is the same again. */
  readonly period: number | undefined;
}

/** The values at `x` of the line through points that ascend. */
export function interp(x: Node, xp: Node, fp: Node, options: Readonly<Record<string, unknown>>): Node {
  const beside = readBeside(options);
  for (const [name, node] of Object.entries({ x, xp, fp })) {
    if (!isComplex(node.dtype)) continue;
    throw new BrambleError("UNSUPPORTED_DTYPE", `\`${name}\` is ${node.dtype}, not of real numbers`);
  }
  checkPoints(xp, fp);
  const unmeasured = {
    label: "interp",
    parameters: beside,
    dtype: "float64",
    ndim: x.shape.length,
  } as const;
  return whenKnown([x, xp, fp], unmeasured, ([places = x, starts = xp, values = fp]) => {
    checkPoints(starts, values);
    return interpKnown(places, starts, values, beside);
  });
}

function interpKnown(x: Node, xp: Node, fp: Node, beside: Beside): Node {
  const points = [xp, fp].map((node) => gather(cast(node, "float64"), [oneChunk(node.shape[0] ?? 0)]));
  const places = cast(x, "float64");
  return callBlocks({
    label: "interp",
    called: (places: Block, xs: Block, values: Block) => ofBlock([places, xs, values], beside),
    reads: [
      { node: places, read: places.grid.map((_, axis): Project => ({ axis })) },
      ...points.map((node) => ({ node, read: [{ at: 0 }] })),
    ],
    dtype: "float64",
    grid: places.grid,
  });
}

function checkPoints(xp: Node, fp: Node): void {
  const [length = 0] = xp.shape;
  const isAlike = xp.shape.length === 1 && fp.shape.length === 1 && Object.is(length, fp.shape[0]);
  // Lengths that are unknown yet are looked at again when they are known.
  const isOpen = Number.isNaN(length) || Number.isNaN(fp.shape[0]);
  if ((isAlike || isOpen) && length !== 0) return;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `Expected \`xp\` and \`fp\` to be equally long vectors of one point or more, but their shapes are ${formatShape(xp.shape)} and ${formatShape(fp.shape)}`,
  );
}

function readBeside({ left, right, period }: Readonly<Record<string, unknown>>): Beside {
  const read = (value: unknown, name: string): number | undefined => {
    if (value === undefined || isRealValue(value)) return value === undefined ? undefined : Number(value);
    throw invalid("a number", `options.${name}`, value);
  };
  const length = read(period, "period");
  if (length !== undefined && !(Math.abs(length) > 0 && Number.isFinite(length))) {
    throw invalid("a finite number other than 0", "options.period", period);
  }
  return {
    left: read(left, "left"),
    right: read(right, "right"),
    period: length === undefined ? undefined : Math.abs(length),
  };
}

type Block = NDArray<"float64">;

function ofBlock(blocks: readonly Block[], { left, right, period }: Beside): NDArray {
  const [places = new Float64Array(), xp = new Float64Array(), fp = new Float64Array()] = blocks.map(
    (block) => block.contiguous().data,
  );
  const shape = blocks[0]?.shape ?? [];
  if (period === undefined) {
    const [first = 0, last = 0] = [fp[0], fp.at(-1)];
    const values = places.map((x) => valueAt(x, xp, fp, left ?? first, right ?? last));
    return new NDArray(values, [...shape]);
  }
  const around = (x: number): number => x - Math.floor(x / period) * period;
  const [wrappedXs, wrappedValues] = aroundPeriod(xp.map(around), fp, period);
  const values = places.map((x) => valueAt(around(x), wrappedXs, wrappedValues, Number.NaN, Number.NaN));
  return new NDArray(values, [...shape]);
}

/** Points of one period in their order, with the last one before it and the first one behind it. */
function aroundPeriod(
  xp: Float64Array,
  fp: Float64Array,
  period: number,
): readonly [Float64Array, Float64Array] {
  const order = [...xp.keys()].sort((a, b) => (xp[a] ?? 0) - (xp[b] ?? 0));
  const [first = 0, last = 0] = [order[0], order.at(-1)];
  const whole = [last, ...order, first];
  const xs = whole.map((place, index) => {
    const turns = index === 0 ? -1 : index === whole.length - 1 ? 1 : 0;
    return (xp[place] ?? 0) + turns * period;
  });
  return [Float64Array.from(xs), Float64Array.from(whole, (place) => fp[place] ?? 0)];
}

/** The value at one place, as NumPy finds it: from the point before, and from the one behind where that gives NaN. */
function valueAt(x: number, xp: Float64Array, fp: Float64Array, left: number, right: number): number {
  const end = xp.length - 1;
  // NumPy gives the value of a single point for NaN too.
  if (Number.isNaN(x)) return end === 0 ? (fp[0] ?? x) : x;
  const [start = 0, stop = 0] = [xp[0], xp[end]];
  if (x < start) return left;
  if (x > stop) return right;
  const before = pointBefore(xp, x);
  const [x0 = 0, y0 = 0] = [xp[before], fp[before]];
  if (before === end || x0 === x) return y0;
  const [x1 = 0, y1 = 0] = [xp[before + 1], fp[before + 1]];
  const slope = (y1 - y0) / (x1 - x0);
  const value = slope * (x - x0) + y0;
  if (!Number.isNaN(value)) return value;
  const other = slope * (x - x1) + y1;
  return Number.isNaN(other) && y0 === y1 ? y0 : other;
}

/** The last of ascending points that is not behind `x`; the first one is not. */
function pointBefore(xp: Float64Array, x: number): number {
  let [low, high] = [0, xp.length];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((xp[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  return low;
}
