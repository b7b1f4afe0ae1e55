import { describe, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import type { Scalar } from "../generated/layers.js";
import { type DType, DTYPES } from "./dtype.js";
import type { WeakKind } from "./promotion.js";

/** A number or truth value outside of any array. */
export type ScalarValue = number | bigint | boolean;

/** Whether a value is one. */
export function isScalarValue(value: unknown): value is ScalarValue {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

/**
 * How a value weighs in promotion: a boolean as a bool array does, a bigint or a whole number as Python's
 * int, any other number as Python's float.
 */
export function weightOf(value: ScalarValue): "bool" | WeakKind {
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" || Number.isInteger(value) ? "int" : "float";
}

/** The dtype of an array made of a value: float64 for a number, int64 for a bigint, bool for a boolean. */
export function defaultDType(value: ScalarValue): DType {
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
export function toScalar(value: unknown, dtype: DType, name: string): Scalar {
  if (!isScalarValue(value)) throw invalid("a number, bigint or boolean", name, value);
  switch (DTYPES[dtype].kind) {
    case "bool":
      return { bool: Boolean(value) };
    case "float":
      return { float: floatText(Number(value)) };
    default:
      return toInteger(value, dtype, name);
  }
}

/** A float as text that keeps -0, NaN and the infinities. */
function floatText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function toInteger(value: ScalarValue, dtype: DType, name: string): Scalar {
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
