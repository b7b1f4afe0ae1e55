import { type FromDelayedOptions, nodeOfDelayed } from "../delayed/from-delayed.js";
import type { Delayed } from "../delayed/index.js";
import type { DType } from "../dtype/index.js";
import { LazyArray } from "./lazy-array.js";
import type { RankOfShape } from "./types.js";

/**
 * An array of one block, which a delayed value computes to: an `NDArray`, a typed array, nested arrays or a number.
 * Several are put together by `array.concatenate` or `array.stack`.
 *
 * @throws {BrambleError} `WRONG_RESULT` when it is computed and has another shape or dtype.
 * @example
 * const parts = paths.map((path) => array.fromDelayed(delayed(load)(path), { shape: [1000], dtype: "float32" }));
 * const x = array.concatenate(parts);
 */
export function fromDelayed<
  const D extends DType = "float64",
  const S extends readonly number[] = readonly number[],
>(value: Delayed, options: FromDelayedOptions<D> & { readonly shape: S }): LazyArray<D, RankOfShape<S>> {
  return new LazyArray(nodeOfDelayed(value, options));
}
