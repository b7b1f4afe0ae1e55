import { DTYPES, isScalarValue, resultOf } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { LazyArray } from "../lazy-array.js";
import { cast } from "../map.js";
import { operandOf } from "../operand.js";
import type { BinaryResult, BroadcastRank, Operand, RankOf, UnaryResult } from "../types.js";
import { asDouble, asLazy, binary, convert, part } from "./build.js";

type Float<A> = UnaryResult<"float", A>;

/** Quotients rounded down, and what they leave: `[floorDivide(a, b), remainder(a, b)]`. */
export function divmod<const A extends Operand, const B extends Operand>(
  a: A,
  b: B,
): [BinaryResult<"number", A, B>, BinaryResult<"number", A, B>] {
  return [binary("floorDivide", a, b), binary("remainder", a, b)] as [
    BinaryResult<"number", A, B>,
    BinaryResult<"number", A, B>,
  ];
}

/** What stands behind the point and what before it, as floats; both have the sign. */
export function modf<const A extends Operand>(x: A): [Float<A>, Float<A>] {
  const fraction = part("modf", { op: "modf_fraction", result: "float" }, x);
  return [fraction, part("modf", { op: "trunc", result: "float" }, x)] as [Float<A>, Float<A>];
}

/** Mantissas from 0.5 to 1 and exponents (int32), so that `x` is `mantissa * 2^exponent`. */
export function frexp<const A extends Operand>(x: A): [Float<A>, LazyArray<"int32", RankOf<A>>] {
  const mantissa = part("frexp", { op: "frexp_mantissa", result: "float" }, x);
  const exponent = part("frexp", { op: "frexp_exponent", result: "float" }, x);
  return [mantissa as Float<A>, convert(exponent, "int32") as LazyArray<"int32", RankOf<A>>];
}

/**
 * `x * 2^exponent`, rounded once.
 *
 * @throws {BrambleError} `UNSUPPORTED_DTYPE` if the exponents are floats.
 */
export function ldexp<const A extends Operand, const B extends Operand>(
  x: A,
  exponent: B,
): LazyArray<UnaryResult<"float", A>["dtype"], BroadcastRank[RankOf<A>][RankOf<B>]> {
  const array = asLazy(x, "x");
  const operand = operandOf(exponent, "exponent");
  const isWhole = isScalarValue(operand)
    ? Number.isInteger(Number(operand))
    : DTYPES[operand.dtype].kind !== "float";
  if (!isWhole) throw new BrambleError("UNSUPPORTED_DTYPE", "`exponent` of `ldexp` must be integers");
  const power = isScalarValue(operand)
    ? operand
    : new LazyArray(cast(operand, resultOf("float", array.dtype)));
  return part("ldexp", { op: "ldexp", result: "float" }, array, power) as ReturnType<typeof ldexp<A, B>>;
}

/** `a` to the power of `b` in float64, negative exponents of integers included. */
export function floatPower<const A extends Operand, const B extends Operand>(
  a: A,
  b: B,
): LazyArray<"float64", BroadcastRank[RankOf<A>][RankOf<B>]> {
  const power = binary("power", asDouble(a, "a"), asDouble(b, "b"));
  return power as LazyArray<"float64", BroadcastRank[RankOf<A>][RankOf<B>]>;
}
