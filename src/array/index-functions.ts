import type { DType } from "../dtype/index.js";
import type { AxisOptions } from "./arrange/types.js";
import { takeAlong } from "./indexing.js";
import { LazyArray } from "./lazy-array.js";
import {
  argWhere,
  compressAlong,
  type Condition,
  conditionOf,
  flatNonzero,
  nonzero as nonzeroNodes,
  selectMask,
} from "./masks.js";
import { nodeOf } from "./operand.js";
import { shuffle as shuffleNode } from "./shuffle.js";
import type { IntegerList } from "./take.js";

/** The elements along an axis at which a condition is true: NumPy's `compress`. */
function compress<D extends DType>(
  condition: Condition,
  x: LazyArray<D>,
  options: AxisOptions = {},
): LazyArray<D, "array"> {
  return new LazyArray(compressAlong(nodeOf(x, "x"), condition, options));
}

/** The elements at positions of an axis, in the list's order; without an axis of all elements as one axis. */
function take<D extends DType>(
  x: LazyArray<D>,
  indices: number | IntegerList | LazyArray,
  options: AxisOptions = {},
): LazyArray<D> {
  return new LazyArray(takeAlong(nodeOf(x, "x"), indices, options));
}

/** The elements at which a condition of the same shape is true, in row-major order. */
function extract<D extends DType>(condition: Condition, x: LazyArray<D>): LazyArray<D, "array"> {
  return new LazyArray(selectMask(nodeOf(x, "x"), conditionOf(condition, "condition"), 0, "condition"));
}

/** For each axis the positions of the elements other than 0, in row-major order of the elements. */
function nonzero(x: LazyArray): LazyArray<"int64", "array">[] {
  return nonzeroNodes(nodeOf(x, "x")).map((node) => new LazyArray(node));
}

/** The positions of the elements other than 0: a row for each, a column for each axis. */
function argwhere(x: LazyArray): LazyArray<"int64", "array"> {
  return new LazyArray(argWhere(nodeOf(x, "x")));
}

/** The positions in row-major order of the elements other than 0. */
function flatnonzero(x: LazyArray): LazyArray<"int64", "array"> {
  return new LazyArray(flatNonzero(nodeOf(x, "x")));
}

/**
 * The elements at groups of positions along an axis, one group behind the other. A chunk of the result has whole groups,
 * and as many as fit into the longest chunk of `x`; a larger group has a chunk of its own.
 *
 * @throws {BrambleError} `OUT_OF_BOUNDS` for a position that there is not.
 * @example
 * array.shuffle(x, [[0, 4, 8], [1, 5, 9]], 0);
 */
function shuffle<D extends DType>(
  x: LazyArray<D>,
  groups: readonly IntegerList[],
  axis: number,
): LazyArray<D, "array"> {
  return new LazyArray(shuffleNode(nodeOf(x, "x"), groups, axis));
}

/** Functions that index arrays. */
export const indexFunctions = { argwhere, compress, extract, flatnonzero, nonzero, shuffle, take };
