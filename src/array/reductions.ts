import type { ResultRule } from "../dtype/index.js";
import type { Reduction } from "../generated/ops.js";

/** A reduction: which one engines run, and what becomes of dtypes. */
export interface ReductionRule<Rule extends ResultRule = ResultRule> {
  /** Its name in engines. */
  readonly op: Reduction;
  /** From the dtype of the elements to that of the result. */
  readonly result: Rule;
  /** Whether there is no answer for no elements. */
  readonly isPartial: boolean;
}

const total = <Rule extends ResultRule>(op: Reduction, result: Rule): ReductionRule<Rule> => ({
  op,
  result,
  isPartial: false,
});
const partial = <Rule extends ResultRule>(op: Reduction, result: Rule): ReductionRule<Rule> => ({
  op,
  result,
  isPartial: true,
});

/** The reductions: a line each. */
export const REDUCTIONS = {
  /** Whether all elements are other than 0. */
  all: total("all", "bool"),
  /** Whether any element is other than 0. */
  any: total("any", "bool"),
  /** The greatest element; NaN if there is one. */
  max: partial("max", "same"),
  /** The arithmetic mean, as a float; NaN of no elements. */
  mean: total("mean", "float"),
  /** The least element; NaN if there is one. */
  min: partial("min", "same"),
  /** Product of the elements; of integers in 64 bits, which wrap. */
  prod: total("prod", "sum"),
  /** Sum of the elements; of integers in 64 bits, which wrap. */
  sum: total("sum", "sum"),
};

/** The rule for a reduction's dtype. */
export type RuleOfReduction<N extends keyof typeof REDUCTIONS> = (typeof REDUCTIONS)[N]["result"];
