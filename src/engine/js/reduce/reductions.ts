import { type DType, DTYPES, integerLimits } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import type { Reduction as ReductionName } from "../../../generated/ops.js";
import { isBig, isFloat } from "../elementwise/lanes.js";
import { bigReduction } from "./big-reduction.js";
import { integerSum } from "./integer-sum.js";
import { MAXIMUM, MINIMUM, PRODUCT, SUM } from "./merger.js";
import { asNumbers, asTruth, numberReduction } from "./number-reduction.js";
import type { Reduction } from "./reduction.js";

/** Every reduction by name: how it is made for elements of a dtype. */
export const REDUCTIONS: { readonly [Name in ReductionName]: (dtype: DType) => Reduction } = {
  all: (dtype) => numberReduction({ merger: MINIMUM, result: "bool", lift: asTruth(dtype), finish: orTrue }),
  any: (dtype) => numberReduction({ merger: MAXIMUM, result: "bool", lift: asTruth(dtype), finish: orFalse }),
  max: (dtype) => needsElements("max", maximum(dtype)),
  mean: (dtype) =>
    numberReduction({
      merger: SUM,
      result: dtype === "float32" ? "float32" : "float64",
      lift: asNumbers(dtype),
      finish: (sums, count) => sums.map((sum) => sum / count),
    }),
  min: (dtype) => needsElements("min", minimum(dtype)),
  prod: (dtype) =>
    isFloat(dtype)
      ? numberReduction({ merger: PRODUCT, result: dtype, lift: asNumbers(dtype) })
      : bigReduction(dtype, wide(dtype), { identity: 1n, merge: (a, b) => BigInt.asIntN(64, a * b) }),
  sum: (dtype) =>
    isFloat(dtype)
      ? numberReduction({ merger: SUM, result: dtype, lift: asNumbers(dtype), finish: sumOrZero })
      : integerSum(dtype, wide(dtype)),
};

/** A reduction by name. */
export function reductionOf(name: string, dtype: DType): Reduction {
  if (Object.hasOwn(REDUCTIONS, name)) return REDUCTIONS[name as ReductionName](dtype);
  throw new BrambleError("INVALID_GRAPH", `there is no reduction ${JSON.stringify(name)}`);
}

function wide(dtype: DType): "int64" | "uint64" {
  return DTYPES[dtype].kind === "uint" ? "uint64" : "int64";
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
    finish(state, count) {
      if (count > 0 || state.length === 0) return reduction.finish(state, count);
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
