import { checkInteger } from "../../check.js";
import { type DType, DTYPES } from "../../dtype/index.js";
import type { LazyArray } from "../lazy-array.js";
import type { Operand, Rank, UnaryResult } from "../types.js";
import { asLazy, binary, choose, convert, unary } from "./build.js";

/**
 * The nearest number with so many decimals, of two the one whose last digit is even; as NumPy, the product with a power
 * of ten is rounded.
 *
 * @param decimals - negative ones round to tens, hundreds and so on. Default: 0.
 */
export function round<D extends DType, R extends Rank>(x: LazyArray<D, R>, decimals = 0): LazyArray<D, R> {
  const array = asLazy(x, "x");
  checkInteger(decimals, "decimals", -400, 400);
  const isFloat = DTYPES[array.dtype].kind === "float";
  if (!isFloat && decimals >= 0) return unary("positive", array) as LazyArray<D, R>;
  if (decimals === 0) return unary("rint", array) as LazyArray<D, R>;
  const power = Number(`1e${Math.abs(decimals)}`);
  const [there, back] = decimals > 0 ? (["multiply", "divide"] as const) : (["divide", "multiply"] as const);
  const rounded = binary(back, unary("rint", binary(there, array, power)), power);
  return convert(rounded, array.dtype) as LazyArray<D, R>;
}

/** Degrees as radians. */
export function deg2rad<const A extends Operand>(x: A): UnaryResult<"float", A> {
  return binary("multiply", asLazy(x, "x"), Math.PI / 180) as UnaryResult<"float", A>;
}

/** Radians as degrees. */
export function rad2deg<const A extends Operand>(x: A): UnaryResult<"float", A> {
  return binary("multiply", asLazy(x, "x"), 180 / Math.PI) as UnaryResult<"float", A>;
}

/** `sin(pi x) / (pi x)`, and 1 at 0. */
export function sinc<const A extends Operand>(x: A): UnaryResult<"float", A> {
  const array = asLazy(x, "x");
  const angle = binary("multiply", choose(binary("equal", array, 0), 1e-20, array), Math.PI);
  return binary("divide", unary("sin", angle), angle) as UnaryResult<"float", A>;
}
