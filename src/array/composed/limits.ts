import { checkOptions, invalid } from "../../check.js";
import type { DType } from "../../dtype/index.js";
import type { LazyArray } from "../lazy-array.js";
import type { Operand, Rank, RankOf } from "../types.js";
import { asLazy, binary, choose, isFloat, unary } from "./build.js";

/** What stands for what is no number. */
export interface NanToNumOptions {
  /** For NaN. Default: 0. */
  readonly nan?: number | undefined;
  /** For infinity. Default: the greatest float of the dtype. */
  readonly posinf?: number | undefined;
  /** For negative infinity. Default: the least float of the dtype. */
  readonly neginf?: number | undefined;
}

const NAN_TO_NUM_OPTIONS = ["nan", "posinf", "neginf"] as const;
const GREATEST_SINGLE = (2 - 2 ** -23) * 2 ** 127;

/**
 * The elements within limits: what is below `low` becomes `low`, then what is above `high` becomes `high`. NaN stays.
 *
 * @param low - a number or an array that broadcasts, or null for no limit.
 * @example
 * array.clip(array.arange(6), 1, 4); // 1 1 2 3 4 4
 */
export function clip(x: Operand, low: Operand | null, high: Operand | null): LazyArray {
  if (low === null && high === null) throw invalid("a limit", "low", low);
  const raised = low === null ? asLazy(x, "x") : binary("maximum", x, low);
  return high === null ? raised : binary("minimum", raised, high);
}

/** The elements of floats with numbers in place of NaN and infinities; other dtypes as they are. */
export function nanToNum<D extends DType, R extends Rank>(
  x: LazyArray<D, R>,
  options: NanToNumOptions = {},
): LazyArray<D, R> {
  checkOptions(options, "options", NAN_TO_NUM_OPTIONS);
  const array = asLazy(x, "x");
  if (!isFloat(array)) return array as LazyArray<D, R>;
  const greatest = array.dtype === "float32" ? GREATEST_SINGLE : Number.MAX_VALUE;
  const { nan = 0, posinf = greatest, neginf = -greatest } = options;
  const below = choose(isneginf(array), neginf, array);
  const finite = choose(isposinf(array), posinf, below);
  return choose(unary("isnan", array), nan, finite) as LazyArray<D, R>;
}

/** Whether an element is positive infinity. */
export function isposinf<const A extends Operand>(x: A): LazyArray<"bool", RankOf<A>> {
  return binary("equal", asLazy(x, "x"), Number.POSITIVE_INFINITY) as LazyArray<"bool", RankOf<A>>;
}

/** Whether an element is negative infinity. */
export function isneginf<const A extends Operand>(x: A): LazyArray<"bool", RankOf<A>> {
  return binary("equal", asLazy(x, "x"), Number.NEGATIVE_INFINITY) as LazyArray<"bool", RankOf<A>>;
}

/** Whether an element is missing, that is NaN. */
export function isnull<const A extends Operand>(x: A): LazyArray<"bool", RankOf<A>> {
  return unary("isnan", x) as LazyArray<"bool", RankOf<A>>;
}

/** Whether an element is there, that is not NaN. */
export function notnull<const A extends Operand>(x: A): LazyArray<"bool", RankOf<A>> {
  return unary("logicalNot", isnull(x)) as LazyArray<"bool", RankOf<A>>;
}
