import type { ResultRule } from "../dtype/index.js";
import type { Reduction } from "../generated/ops.js";
import type { Node } from "../graph/index.js";
import { cast } from "./map.js";
import { withoutNaN } from "./nan.js";

/** A reduction: which one engines run, and what becomes of dtypes. */
export interface ReductionRule<Rule extends ResultRule = ResultRule> {
  /** Its name in engines. */
  readonly op: Reduction;
  /** From the dtype of the elements to that of the result. */
  readonly result: Rule;
  /** Whether there is no answer for no elements. */
  readonly isPartial?: true;
  /** What is reduced instead of the elements. */
  readonly prepare?: (node: Node) => Node;
  /** Whether it tells positions, of which only one axis or all can speak. */
  readonly isPosition?: true;
  /** Whether it divides by the number of elements less `ddof`. */
  readonly hasDdof?: true;
}

type Traits = Omit<ReductionRule, "op" | "result" | "hasDdof">;

const reduction = <Rule extends ResultRule>(
  op: Reduction,
  result: Rule,
  traits: Traits = {},
): ReductionRule<Rule> => ({ op, result, ...traits });
const spread = (op: Reduction): ReductionRule<"spread"> & { readonly hasDdof: true } => ({
  op,
  result: "spread",
  hasDdof: true,
});
const partial = { isPartial: true } as const;
const position = { isPartial: true, isPosition: true } as const;

/** The reductions: a line each. */
export const REDUCTIONS = {
  /** Whether all elements are other than 0. */
  all: reduction("all", "bool"),
  /** Whether any element is other than 0. */
  any: reduction("any", "bool"),
  /** Position of the greatest element along an axis, or among all; of equal ones the first, and NaN is the greatest. */
  argmax: reduction("argmax", "position", position),
  /** Position of the least element along an axis, or among all; of equal ones the first, and NaN is the least. */
  argmin: reduction("argmin", "position", position),
  /** How many elements are other than 0. */
  countNonzero: reduction("sum", "position", { prepare: (node) => cast(node, "bool") }),
  /** The greatest element; NaN if there is one. */
  max: reduction("max", "same", partial),
  /** The arithmetic mean, as a float; NaN of no elements. */
  mean: reduction("mean", "float"),
  /** The least element; NaN if there is one. */
  min: reduction("min", "same", partial),
  /** As `argmax`, but for NaN; where there is nothing else, computing fails with `EMPTY_REDUCTION`. */
  nanargmax: reduction("nanargmax", "position", position),
  /** As `argmin`, but for NaN; where there is nothing else, computing fails with `EMPTY_REDUCTION`. */
  nanargmin: reduction("nanargmin", "position", position),
  /** The greatest element but for NaN; NaN if there is nothing else. */
  nanmax: reduction("nanmax", "same", partial),
  /** The least element but for NaN; NaN if there is nothing else. */
  nanmin: reduction("nanmin", "same", partial),
  /** As `prod`, with 1 for NaN. */
  nanprod: reduction("prod", "sum", { prepare: (node) => withoutNaN(node, 1) }),
  /** As `std`, but for NaN; NaN where no more than `ddof` numbers are left. */
  nanstd: spread("nanstd"),
  /** As `sum`, with 0 for NaN. */
  nansum: reduction("sum", "sum", { prepare: (node) => withoutNaN(node, 0) }),
  /** As `var`, but for NaN; NaN where no more than `ddof` numbers are left. */
  nanvar: spread("nanvar"),
  /** Product of the elements; of integers in 64 bits, which wrap. */
  prod: reduction("prod", "sum"),
  /** Standard deviation: the root of `var`. */
  std: spread("std"),
  /** Sum of the elements; of integers in 64 bits, which wrap. */
  sum: reduction("sum", "sum"),
  /** Variance: squared deviations from the mean, divided by the number of elements less `ddof`. Never negative. */
  var: spread("var"),
};

/** The rule for a reduction's dtype. */
export type RuleOfReduction<N extends keyof typeof REDUCTIONS> = (typeof REDUCTIONS)[N]["result"];
