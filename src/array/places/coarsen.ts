import { checkBoolean, checkInteger, checkOptions, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import type { Axis } from "../../generated/layers.js";
import { axisLength, longestChunk, type Node, regularAxis } from "../../graph/index.js";
import { reshape } from "../arrange/reshape.js";
import { sliceAlong } from "../arrange/roll.js";
import { LazyArray } from "../lazy-array.js";
import { nodeOf } from "../operand.js";
import { gather } from "../rechunk.js";
import { checkAxis } from "../shape.js";
import { whenKnown } from "../when-known.js";

/** What becomes of elements that fill no box. */
export interface CoarsenOptions {
  /** Whether they are left out rather than refused. Default: false. */
  readonly trimExcess?: boolean | undefined;
}

/**
 * One element for each box of neighbours: a reduction of the box.
 *
 * @param reduce - a reduction, given the axes of the boxes.
 * @param factors - how long boxes are along axes, by the axes' numbers.
 * @throws {BrambleError} `SHAPE_MISMATCH` if boxes do not fill an axis and `trimExcess` is not set.
 * @example
 * array.coarsen(array.mean, x, { 0: 2, 1: 4 });
 */
export function coarsen(
  reduce: (x: LazyArray, options: { readonly axis: readonly number[] }) => LazyArray,
  x: LazyArray,
  factors: Readonly<Record<number, number>>,
  options: CoarsenOptions = {},
): LazyArray {
  if (typeof reduce !== "function") throw invalid("a reduction", "reduce", reduce);
  checkOptions(options, "options", ["trimExcess"]);
  const node = nodeOf(x, "x");
  const lengths = readFactors(factors, node.shape.length);
  const trims = checkBoolean(options.trimExcess ?? false, "options.trimExcess");
  const ndim = node.shape.length;
  const unmeasured = { label: "coarsen", parameters: [lengths, trims], dtype: node.dtype, ndim: 2 * ndim };
  const boxes = whenKnown([node], unmeasured, ([known = node]) => boxesOf(known, lengths, trims));
  return reduce(new LazyArray(boxes), { axis: lengths.map((_, axis) => 2 * axis + 1) });
}

/** The length of a box along each axis. */
function readFactors(factors: unknown, ndim: number): number[] {
  if (typeof factors !== "object" || factors === null) {
    throw invalid("lengths of boxes by axis", "factors", factors);
  }
  const lengths = Array.from({ length: ndim }, () => 1);
  for (const [axis, factor] of Object.entries(factors)) {
    const name = `factors[${axis}]`;
    lengths[checkAxis(Number(axis), name, ndim)] = checkInteger(factor, name, 1);
  }
  return lengths;
}

/** The array with an axis more behind each, along which a box lies. */
function boxesOf(node: Node, factors: readonly number[], trims: boolean): Node {
  const trimmed = factors.reduce((array, factor, axis) => {
    const length = array.shape[axis] ?? 0;
    const excess = length % factor;
    if (excess === 0) return array;
    if (trims) return sliceAlong(array, axis, 0, length - excess);
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `Boxes of ${factor} do not fill axis ${axis}, which has ${length} elements; \`trimExcess\` leaves out what is over`,
    );
  }, node);
  const whole = gather(
    trimmed,
    trimmed.grid.map((axis, number) => inBoxes(axis, factors[number] ?? 1)),
  );
  const shape = whole.shape.flatMap((length, axis) => {
    const factor = factors[axis] ?? 1;
    return [length / factor, factor];
  });
  return reshape(whole, shape, { mergeChunks: true });
}

/** The axis, cut between boxes. */
function inBoxes(axis: Axis, factor: number): Axis {
  if (axis.every(({ length }) => length % factor === 0)) return axis;
  return regularAxis(axisLength(axis), Math.max(factor, longestChunk(axis) - (longestChunk(axis) % factor)));
}
