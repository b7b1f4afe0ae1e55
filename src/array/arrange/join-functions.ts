import type { DType } from "../../dtype/index.js";
import { LazyArray } from "../lazy-array.js";
import type { NDArray } from "../ndarray.js";
import { nodeOf } from "../operand.js";
import type { Index } from "../selection.js";
import type { Promoted } from "../types.js";
import * as joined from "./concatenate.js";
import { append as appendNode, deleteFrom, insert as insertNode } from "./edit.js";
import { arrayNode, besideArray } from "./operands.js";
import { readOptions } from "./options.js";
import { pad as padNode } from "./pad.js";
import type { ArrayLike, AxisOptions, Blocks, JoinedDType, PadOptions, PerSide } from "./types.js";

/** Positions along an axis: one, some, or a slice such as `"2:8:3"`. */
type Positions = Exclude<Index, null> | readonly number[];

/**
 * Arrays one behind the other along an axis (default 0); their other axes have the same lengths.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if they differ along another axis.
 * @example
 * array.concatenate([x, y], { axis: 1 });
 */
export function concatenate<const A extends LazyArray | NDArray>(
  arrays: readonly A[],
  options: AxisOptions = {},
): LazyArray<JoinedDType<A>, "array"> {
  return new LazyArray(joined.concatenate(arrays, readOptions(options, ["axis"]).axis ?? 0));
}

/**
 * Arrays of the same shape along a new axis (default 0).
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if shapes differ.
 */
export function stack<const A extends ArrayLike>(
  arrays: readonly A[],
  options: AxisOptions = {},
): LazyArray<JoinedDType<A>, "array"> {
  return new LazyArray(joined.stack(arrays, readOptions(options, ["axis"]).axis ?? 0));
}

/** Arrays one below the other: along the first axis, those of one axis as rows. */
export function vstack<const A extends ArrayLike>(arrays: readonly A[]): LazyArray<JoinedDType<A>, "array"> {
  return new LazyArray(joined.vstack(arrays));
}

/** Arrays side by side: along the second axis, those of one axis along it. */
export function hstack<const A extends ArrayLike>(arrays: readonly A[]): LazyArray<JoinedDType<A>, "array"> {
  return new LazyArray(joined.hstack(arrays));
}

/** Arrays one behind the other along the third axis. */
export function dstack<const A extends ArrayLike>(arrays: readonly A[]): LazyArray<JoinedDType<A>, "array"> {
  return new LazyArray(joined.dstack(arrays));
}

/**
 * An array put together from nested lists: the innermost along the last axis, the next along the one before.
 *
 * @example
 * array.block([[a, b], [c, d]]);
 */
export function block(arrays: Blocks): LazyArray {
  return new LazyArray(joined.block(arrays));
}

/** Values behind an array: along an axis, or behind all of its elements along one. */
export function append<D extends DType, const V extends ArrayLike>(
  x: LazyArray<D>,
  values: V,
  options: AxisOptions = {},
): LazyArray<Promoted<LazyArray<D>, V>, "array"> {
  const { axis } = readOptions(options, ["axis"]);
  return new LazyArray(appendNode(nodeOf(x, "x"), besideArray(values, nodeOf(x, "x")), axis));
}

/**
 * Values before positions of an axis; without an axis of all elements along one. They broadcast, and take the
 * array's dtype.
 *
 * @throws {BrambleError} `OUT_OF_BOUNDS` for a position beyond the end.
 */
export function insert<D extends DType>(
  x: LazyArray<D>,
  index: Positions,
  values: ArrayLike,
  options: AxisOptions = {},
): LazyArray<D, "array"> {
  const { axis } = readOptions(options, ["axis"]);
  return new LazyArray(insertNode(nodeOf(x, "x"), index, arrayNode(values, "values"), axis));
}

/**
 * The array without some positions of an axis; without an axis of all elements along one.
 *
 * @throws {BrambleError} `OUT_OF_BOUNDS` for a position that there is not.
 */
function deletePositions<D extends DType>(
  x: LazyArray<D>,
  index: Positions,
  options: AxisOptions = {},
): LazyArray<D, "array"> {
  return new LazyArray(deleteFrom(nodeOf(x, "x"), index, readOptions(options, ["axis"]).axis));
}

/**
 * The array with elements around it, `padWidth` before and behind each axis.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if there is nothing to pad with.
 * @example
 * array.pad(x, [[0, 0], [1, 2]], { mode: "edge" });
 */
export function pad<D extends DType>(
  x: LazyArray<D>,
  padWidth: PerSide<number>,
  options: PadOptions = {},
): LazyArray<D> {
  const names = ["mode", "constantValues", "endValues", "statLength"] as const;
  const { mode = "constant", constantValues = 0, endValues = 0, statLength } = readOptions(options, names);
  return new LazyArray(padNode(nodeOf(x, "x"), padWidth, { mode, constantValues, endValues, statLength }));
}

export { deletePositions as delete };
