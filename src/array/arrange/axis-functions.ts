import type { DType } from "../../dtype/index.js";
import { LazyArray } from "../lazy-array.js";
import { nodeOf } from "../operand.js";
import type { IntegerList } from "../take.js";
import type { DTypeOf, Rank, RankOfShape } from "../types.js";
import { broadcastArrays as broadcastNodes, broadcastTo as broadcastNode } from "./broadcast-to.js";
import { diagonal as diagonalNode } from "./diagonal.js";
import { atLeast, expandDims as expandNode, squeeze as squeezeNode } from "./dims.js";
import { arrayNode } from "./operands.js";
import { readOptions, readReshapeOptions } from "./options.js";
import * as axes from "./permute.js";
import { repeat as repeatNode, tile as tileNode } from "./repeat.js";
import { reshapeBlockwise as reshapeBlocks } from "./reshape-blockwise.js";
import { reshape as reshapeNode } from "./reshape.js";
import { flip as flipNode, roll as rollNode, rot90 as rotateNode } from "./roll.js";
import type {
  ArrayLike,
  AxesOptions,
  AxisOptions,
  ChunksOptions,
  DiagonalOptions,
  ReshapeBlockwiseOptions,
  ReshapeOptions,
  Rot90Options,
} from "./types.js";

/** The lengths of the axes, or that of the only one; one of them may be -1 for what is left. */
type Shape = number | readonly number[];

/**
 * The same elements in row-major order under another shape.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if the shape has another number of elements.
 * @example
 * array.reshape(array.arange(6), [2, -1]); // shape (2, 3)
 */
export function reshape<D extends DType, const S extends Shape>(
  x: LazyArray<D>,
  shape: S,
  options: ReshapeOptions = {},
): LazyArray<D, RankOfShape<S>> {
  return new LazyArray(reshapeNode(nodeOf(x, "x"), shape, readReshapeOptions(options)));
}

/**
 * The elements of each block in row-major order under another shape, and the blocks in theirs: nothing is put together or cut anew, as
 * `reshape` has to, but the order of elements depends on the chunks. Several axes become one, or one several.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if the shape has another number of elements, if other axes would have to be cut, or if blocks
 * have another number of elements than those that `chunks` says; `INVALID_ARGUMENT` if `chunks` is missing where an axis becomes
 * several, or given elsewhere.
 * @example
 * const x = array.arange(16).reshape([4, 4]).rechunk(2);
 * const flat = array.reshapeBlockwise(x, -1); // 0 1 4 5, 2 3 6 7, ...
 * array.reshapeBlockwise(flat, [4, 4], { chunks: 2 }); // as x
 */
export function reshapeBlockwise<D extends DType, const S extends Shape>(
  x: LazyArray<D>,
  shape: S,
  options: ReshapeBlockwiseOptions = {},
): LazyArray<D, RankOfShape<S>> {
  const { chunks } = readOptions(options, ["chunks"]);
  return new LazyArray(reshapeBlocks(nodeOf(x, "x"), shape, chunks));
}

/** All elements in row-major order along one axis. */
export function ravel<D extends DType>(x: LazyArray<D>, options: ReshapeOptions = {}): LazyArray<D, "array"> {
  return new LazyArray(reshapeNode(nodeOf(x, "x"), -1, readReshapeOptions(options)));
}

/** Axis `n` of the result is axis `order[n]`; without an order all axes are turned round. */
export function transpose<D extends DType, R extends Rank>(
  x: LazyArray<D, R>,
  order?: readonly number[],
): LazyArray<D, R> {
  return new LazyArray(axes.transpose(nodeOf(x, "x"), order));
}

/** Moves axes to other places; the others keep their order. */
export function moveaxis<D extends DType, R extends Rank>(
  x: LazyArray<D, R>,
  source: number | readonly number[],
  destination: number | readonly number[],
): LazyArray<D, R> {
  return new LazyArray(axes.moveaxis(nodeOf(x, "x"), source, destination));
}

/** Moves an axis in front of the axis `start`. */
export function rollaxis<D extends DType, R extends Rank>(
  x: LazyArray<D, R>,
  axis: number,
  start = 0,
): LazyArray<D, R> {
  return new LazyArray(axes.rollaxis(nodeOf(x, "x"), axis, start));
}

/** Exchanges two axes. */
export function swapaxes<D extends DType, R extends Rank>(
  x: LazyArray<D, R>,
  axis1: number,
  axis2: number,
): LazyArray<D, R> {
  return new LazyArray(axes.swapaxes(nodeOf(x, "x"), axis1, axis2));
}

/**
 * Takes away axes of length 1: all of them, or those of the option `axis`.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if one of these is longer.
 */
export function squeeze<D extends DType>(x: LazyArray<D>, options: AxesOptions = {}): LazyArray<D> {
  return new LazyArray(squeezeNode(nodeOf(x, "x"), readOptions(options, ["axis"]).axis));
}

/** Adds axes of length 1, at these places of the result. */
export function expandDims<D extends DType>(
  x: LazyArray<D>,
  axis: number | readonly number[],
): LazyArray<D, "array"> {
  return new LazyArray(expandNode(nodeOf(x, "x"), axis));
}

/** At least one axis: a number becomes an array of one element. */
export function atleast1d<const A extends ArrayLike>(x: A): LazyArray<DTypeOf<A>, "array"> {
  return new LazyArray(atLeast(arrayNode(x, "x"), 1));
}

/** At least two axes, new ones in front. */
export function atleast2d<const A extends ArrayLike>(x: A): LazyArray<DTypeOf<A>, "array"> {
  return new LazyArray(atLeast(arrayNode(x, "x"), 2));
}

/** At least three axes: shape `(n,)` becomes `(1, n, 1)`, `(m, n)` becomes `(m, n, 1)`. */
export function atleast3d<const A extends ArrayLike>(x: A): LazyArray<DTypeOf<A>, "array"> {
  return new LazyArray(atLeast(arrayNode(x, "x"), 3));
}

/**
 * The array repeated along axes of length 1, and along new axes in front, until it has a shape.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if it does not broadcast to the shape.
 */
export function broadcastTo<const A extends ArrayLike, const S extends Shape>(
  x: A,
  shape: S,
  options: ChunksOptions = {},
): LazyArray<DTypeOf<A>, RankOfShape<S>> {
  const { chunks } = readOptions(options, ["chunks"]);
  return new LazyArray(broadcastNode(arrayNode(x, "x"), shape, chunks));
}

/** Each array repeated until all have the shape that they broadcast to. */
export function broadcastArrays<const T extends readonly ArrayLike[]>(
  ...arrays: T
): { -readonly [I in keyof T]: LazyArray<DTypeOf<T[I]>> } {
  const nodes = broadcastNodes(arrays.map((item, index) => arrayNode(item, `arrays[${index}]`)));
  return nodes.map((node) => new LazyArray(node)) as { -readonly [I in keyof T]: LazyArray<DTypeOf<T[I]>> };
}

/**
 * Moves elements by `shift` places along an axis; those that leave at one end come in at the other. Without an axis
 * as if all elements stood along one.
 */
export function roll<D extends DType, R extends Rank>(
  x: LazyArray<D, R>,
  shift: number | readonly number[],
  options: AxesOptions = {},
): LazyArray<D, R> {
  return new LazyArray(rollNode(nodeOf(x, "x"), shift, readOptions(options, ["axis"]).axis));
}

/** Turns the order of elements round, along all axes or along those of the option `axis`. */
export function flip<D extends DType, R extends Rank>(
  x: LazyArray<D, R>,
  options: AxesOptions = {},
): LazyArray<D, R> {
  return new LazyArray(flipNode(nodeOf(x, "x"), readOptions(options, ["axis"]).axis));
}

/** Turns the rows round. */
export function flipud<D extends DType, R extends Rank>(x: LazyArray<D, R>): LazyArray<D, R> {
  return new LazyArray(flipNode(nodeOf(x, "x"), 0));
}

/** Turns the columns round. */
export function fliplr<D extends DType, R extends Rank>(x: LazyArray<D, R>): LazyArray<D, R> {
  return new LazyArray(flipNode(nodeOf(x, "x"), 1));
}

/** Turns a plane `k` times by 90 degrees. */
export function rot90<D extends DType, R extends Rank>(
  x: LazyArray<D, R>,
  k = 1,
  options: Rot90Options = {},
): LazyArray<D, R> {
  return new LazyArray(rotateNode(nodeOf(x, "x"), k, readOptions(options, ["axes"]).axes ?? [0, 1]));
}

/**
 * Each element `repeats` times, one behind the other, or as often as its entry in a list says; without an axis of all
 * elements along one.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if the list has not one entry for each element of the axis.
 */
export function repeat<D extends DType>(
  x: LazyArray<D>,
  repeats: number | IntegerList,
  options: AxisOptions = {},
): LazyArray<D, "array"> {
  return new LazyArray(repeatNode(nodeOf(x, "x"), repeats, readOptions(options, ["axis"]).axis));
}

/** The array as a whole some times along each axis; axes align at the end. */
export function tile<D extends DType>(x: LazyArray<D>, reps: Shape): LazyArray<D> {
  return new LazyArray(tileNode(nodeOf(x, "x"), reps));
}

/** The diagonal of two axes, as the last axis. Blocks beside it are not computed. */
export function diagonal<D extends DType>(
  x: LazyArray<D>,
  options: DiagonalOptions = {},
): LazyArray<D, "array"> {
  const { offset = 0, axis1 = 0, axis2 = 1 } = readOptions(options, ["offset", "axis1", "axis2"]);
  return new LazyArray(diagonalNode(nodeOf(x, "x"), offset, axis1, axis2));
}
