import { checkBoolean, checkOptions } from "../../check.js";
import type { LazyArray } from "../lazy-array.js";
import type { BroadcastRank, Operand, RankOf } from "../types.js";
import { asLazy, binary, unary } from "./build.js";

/** How near is near. */
export interface IscloseOptions {
  /** Tolerance as a share of the second. Default: 1e-5. */
  readonly rtol?: number | undefined;
  /** Tolerance whatever the size. Default: 1e-8. */
  readonly atol?: number | undefined;
  /** Whether NaN is near to NaN. Default: false. */
  readonly equalNan?: boolean | undefined;
}

const OPTIONS = ["rtol", "atol", "equalNan"] as const;

/** Whether `|a - b| <= atol + rtol * |b|`; infinities of the same sign are near, too. Not symmetric in `a` and `b`. */
export function isclose<const A extends Operand, const B extends Operand>(
  a: A,
  b: B,
  options: IscloseOptions = {},
): LazyArray<"bool", BroadcastRank[RankOf<A>][RankOf<B>]> {
  checkOptions(options, "options", OPTIONS);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  const [x, exact] = [asLazy(a, "a"), asLazy(b, "b")];
  // As a float, so that differences of unsigned integers do not wrap.
  const y = binary("divide", exact, 1);
  const distance = unary("absolute", binary("subtract", x, y));
  const allowed = binary("add", binary("multiply", unary("absolute", y), rtol), atol);
  const near = binary("logicalAnd", binary("lessEqual", distance, allowed), unary("isfinite", y));
  const close = binary("logicalOr", near, binary("equal", x, exact));
  const result = checkBoolean(equalNan, "equalNan")
    ? binary("logicalOr", close, binary("logicalAnd", unary("isnan", x), unary("isnan", y)))
    : close;
  return result as LazyArray<"bool", BroadcastRank[RankOf<A>][RankOf<B>]>;
}

/** Whether all elements are near, as {@link isclose} says. */
export function allclose(a: Operand, b: Operand, options: IscloseOptions = {}): LazyArray<"bool", "scalar"> {
  return (isclose(a, b, options) as LazyArray<"bool">).all();
}
