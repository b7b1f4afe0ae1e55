import { NDArray } from "../array/ndarray.js";
import { nestedData } from "../array/nested.js";
import { describe } from "../check.js";
import { type DType, dtypeOfData, isScalarValue, type TypedArray } from "../dtype/index.js";
import { BrambleError } from "../errors.js";

/**
 * What a function of blocks gave: an `NDArray`, a typed array of one axis, or a number of none.
 *
 * @throws {BrambleError} `WRONG_RESULT` if it is nothing of these.
 */
export function arrayOfResult(result: unknown): NDArray {
  if (result instanceof NDArray) return result;
  if (dtypeOfData(result) !== undefined) return new NDArray(result as TypedArray);
  if (isScalarValue(result)) return nestedData(result);
  throw new BrambleError(
    "WRONG_RESULT",
    `A function of blocks must give an NDArray, a typed array or a number, and gave ${describe(result)}`,
  );
}

/** Checks that a function gave the block that its layer has there, where its lengths are known; the Rust core says it in the same words. */
export function checkBlock(
  { dtype, shape }: NDArray,
  expected: { readonly dtype: DType; readonly shape: readonly (number | undefined)[] },
): void {
  const isSame =
    shape.length === expected.shape.length && shape.every((n, axis) => n === (expected.shape[axis] ?? n));
  if (isSame && dtype === expected.dtype) return;
  throw new BrambleError(
    "WRONG_RESULT",
    `the function gave ${dtype} of shape [${shape.join(", ")}], its block should be ${expected.dtype} of shape [${expected.shape.join(", ")}]`,
  );
}
