import { describe, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import type { Scalar } from "../generated/layers.js";
import { type ComplexLike, isComplexLike } from "./complex.js";
import { type DType, DTYPES, isComplex, partType, type RealDType } from "./dtype.js";
import type { WeakKind } from "./promotion.js";

/** A number, a complex one too, or truth value outside of any array. */
export type ScalarValue = RealValue | ComplexLike;

/** A number or truth value that is not complex. */
export type RealValue = number | bigint | boolean;

/** Whether a value is one. */
export function isScalarValue(value: unknown): value is ScalarValue {
  return isRealValue(value) || isComplexLike(value);
}

/** Whether a value is a number or truth value, and not complex. */
export function isRealValue(value: unknown): value is RealValue {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

/**
 * How a value weighs in promotion: a boolean as a bool array does, a bigint or a whole number as Python's
 * int, any other number as Python's float or complex.
 */
export function weightOf(value: ScalarValue): "bool" | WeakKind {
  if (typeof value === "object") return "complex";
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" || Number.isInteger(value) ? "int" : "float";
}

/** The dtype of an array made of a value: float64, int64 of a bigint, bool of a boolean, complex128 of a complex number. */
export function defaultDType(value: ScalarValue): DType {
  if (typeof value === "object") return "complex128";
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" ? "int64" : "float64";
}

/** The least and the greatest integer of an integer dtype. */
export function integerLimits(dtype: DType): { min: bigint; max: bigint } {
  const { kind, itemsize } = DTYPES[dtype];
  const bits = BigInt(itemsize * 8);
  return kind === "uint"
    ? { min: 0n, max: 2n ** bits - 1n }
    : { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n };
}

/**
 * A value as a constant of a program.
 *
 * @throws {BrambleError} `OVERFLOW` if an integer does not fit the dtype, `INVALID_ARGUMENT` if a fraction
 *   or NaN is to become an integer.
 */
export function toScalar(value: unknown, dtype: RealDType, name: string): Scalar {
  if (!isRealValue(value)) throw invalid("a number, bigint or boolean", name, value);
  switch (DTYPES[dtype].kind) {
    case "bool":
      return { bool: Boolean(value) };
    case "float":
      return { float: floatText(Number(value)) };
    default:
      return toInteger(value, dtype, name);
  }
}

/** The constants of the real and imaginary part of a value. */
export function toScalarParts(value: unknown, dtype: DType, name: string): readonly [Scalar, Scalar] {
  if (!isScalarValue(value)) throw invalid("a number, complex or not, bigint or boolean", name, value);
  const { re, im } = typeof value === "object" ? value : { re: value, im: 0 };
  const parts = isComplex(dtype) ? partType(dtype) : "float64";
  return [toScalar(re, parts, name), toScalar(im, parts, name)];
}

/** A float as text that keeps -0, NaN and the infinities. */
function floatText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function toInteger(value: RealValue, dtype: DType, name: string): Scalar {
  if (weightOf(value) === "float") throw invalid(`an integer (dtype ${dtype})`, name, value);
  const integer = BigInt(value);
  const { min, max } = integerLimits(dtype);
  if (integer < min || integer > max) {
    throw new BrambleError(
      "OVERFLOW",
      `\`${name}\` is ${describe(value)}, which does not fit ${dtype}: it takes ${min} to ${max}`,
    );
  }
  const small = Number(integer);
  const compact = Number.isSafeInteger(small) ? small : integer;
  return integer > 2n ** 63n - 1n ? { uint: compact } : { int: compact };
}
