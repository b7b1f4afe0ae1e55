import { type DType, DTYPES, integerLimits } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import type { Reduction as ReductionName } from "../../../generated/ops.js";
import { isBig, isFloat } from "../elementwise/lanes.js";
import { argExtremum } from "./arg-extremum.js";
import { bigReduction } from "./big-reduction.js";
import { complexExtremum } from "./complex-extremum.js";
import { integerSum } from "./integer-sum.js";
import { MAXIMUM, type Merger, MINIMUM, PRODUCT, SUM, skippingNaN } from "./merger.js";
import { momentReduction } from "./moments.js";
import { asNumbers, asTruth, numberReduction } from "./number-reduction.js";
import type { Given, Reduction } from "./reduction.js";

/** Every reduction by name: how it is made for elements of a dtype. */
export const REDUCTIONS: { readonly [Name in ReductionName]: (dtype: DType) => Reduction } = {
  all: (dtype) => numberReduction({ merger: MINIMUM, result: "bool", lift: asTruth(dtype), finish: orTrue }),
  any: (dtype) => numberReduction({ merger: MAXIMUM, result: "bool", lift: asTruth(dtype), finish: orFalse }),
  argmax: (dtype) => argExtremum(dtype, { name: "argmax", greatest: true, skipsNaN: false }),
  argmin: (dtype) => argExtremum(dtype, { name: "argmin", greatest: false, skipsNaN: false }),
  complex_max: (dtype) => extremumOfParts("complex_max", dtype, true, false),
  complex_min: (dtype) => extremumOfParts("complex_min", dtype, false, false),
  complex_nanmax: (dtype) => extremumOfParts("complex_nanmax", dtype, true, true),
  complex_nanmin: (dtype) => extremumOfParts("complex_nanmin", dtype, false, true),
  max: (dtype) => needsElements("max", maximum(dtype)),
  mean: (dtype) =>
    numberReduction({
      merger: SUM,
      result: floatOf(dtype),
      lift: asNumbers(dtype),
      finish: (sums, count) => sums.map((sum) => sum / count),
    }),
  min: (dtype) => needsElements("min", minimum(dtype)),
  nanargmax: (dtype) => argExtremum(dtype, { name: "nanargmax", greatest: true, skipsNaN: true }),
  nanargmin: (dtype) => argExtremum(dtype, { name: "nanargmin", greatest: false, skipsNaN: true }),
  nanmax: (dtype) => needsElements("nanmax", isFloat(dtype) ? pastNaN(MAXIMUM, dtype) : maximum(dtype)),
  nanmin: (dtype) => needsElements("nanmin", isFloat(dtype) ? pastNaN(MINIMUM, dtype) : minimum(dtype)),
  nanstd: (dtype) => momentReduction(dtype, floatOf(dtype), true, nanDeviation),
  nanvar: (dtype) => momentReduction(dtype, floatOf(dtype), true, nanVariance),
  prod: (dtype) =>
    isFloat(dtype)
      ? numberReduction({ merger: PRODUCT, result: dtype, lift: asNumbers(dtype) })
      : bigReduction(dtype, wide(dtype), { identity: 1n, merge: (a, b) => BigInt.asIntN(64, a * b) }),
  sum: (dtype) =>
    isFloat(dtype)
      ? numberReduction({ merger: SUM, result: dtype, lift: asNumbers(dtype), finish: sumOrZero })
      : integerSum(dtype, wide(dtype)),
  std: (dtype) => momentReduction(dtype, floatOf(dtype), false, deviation),
  var: (dtype) => momentReduction(dtype, floatOf(dtype), false, variance),
};

/** A reduction by name. */
export function reductionOf(name: string, dtype: DType): Reduction {
  if (Object.hasOwn(REDUCTIONS, name)) return REDUCTIONS[name as ReductionName](dtype);
  throw new BrambleError("INVALID_GRAPH", `there is no reduction ${JSON.stringify(name)}`);
}

function wide(dtype: DType): "int64" | "uint64" {
  return DTYPES[dtype].kind === "uint" ? "uint64" : "int64";
}

function floatOf(dtype: DType): "float32" | "float64" {
  return dtype === "float32" ? "float32" : "float64";
}

function variance(count: number, squares: number, { ddof }: Given): number {
  return squares / Math.max(0, count - ddof);
}

function deviation(count: number, squares: number, given: Given): number {
  return Math.sqrt(variance(count, squares, given));
}

/** Where too few numbers count there is no answer. */
function nanVariance(count: number, squares: number, given: Given): number {
  return count - given.ddof <= 0 ? Number.NaN : variance(count, squares, given);
}

function nanDeviation(count: number, squares: number, given: Given): number {
  return Math.sqrt(nanVariance(count, squares, given));
}

/** Leaves out NaN; where there is nothing else it is the answer. */
function pastNaN(merger: Merger, dtype: DType): Reduction {
  return numberReduction({ merger: skippingNaN(merger), result: dtype, lift: asNumbers(dtype) });
}

function extremumOfParts(name: string, dtype: DType, greatest: boolean, skipsNaN: boolean): Reduction {
  return needsElements(name, complexExtremum(dtype, { greatest, skipsNaN }));
}

function maximum(dtype: DType): Reduction {
  if (!isBig(dtype)) return numberReduction({ merger: MAXIMUM, result: dtype, lift: asNumbers(dtype) });
  return bigReduction(dtype, wide(dtype), {
    identity: integerLimits(dtype).min,
    merge: (a, b) => (a > b ? a : b),
  });
}

function minimum(dtype: DType): Reduction {
  if (!isBig(dtype)) return numberReduction({ merger: MINIMUM, result: dtype, lift: asNumbers(dtype) });
  return bigReduction(dtype, wide(dtype), {
    identity: integerLimits(dtype).max,
    merge: (a, b) => (a < b ? a : b),
  });
}

/** Without elements there is no answer. */
function needsElements(name: string, reduction: Reduction): Reduction {
  return {
    ...reduction,
    finish(state, given) {
      if (given.count > 0 || state.length === 0) return reduction.finish(state, given);
      throw new BrambleError("EMPTY_REDUCTION", `${name} of zero elements: it has no identity`);
    },
  };
}

/** The identity is -0, but the sum of nothing is 0. */
function sumOrZero(sums: Float64Array, count: number): Float64Array {
  return count === 0 ? sums.fill(0) : sums;
}

/** Of nothing the least is infinite; all of nothing are true. */
function orTrue(least: Float64Array): Float64Array {
  return least.map((truth) => Math.min(1, truth));
}

function orFalse(greatest: Float64Array): Float64Array {
  return greatest.map((truth) => Math.max(0, truth));
}
