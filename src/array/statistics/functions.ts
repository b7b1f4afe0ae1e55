import type { DType, ResultOf } from "../../dtype/index.js";
import type { ArrayLike } from "../arrange/types.js";
import { LazyArray } from "../lazy-array.js";
import { nodeOf } from "../operand.js";
import type { ReduceOptions, SpreadOptions } from "../reduce.js";
import type { Rank, ReducedRank } from "../types.js";
import * as centre from "./centre.js";
import { corrcoef as corrcoefNode, cov as covNode } from "./covariance.js";
import { diff as diffNode } from "./diff.js";

/** How an average is weighed. */
export interface AverageOptions extends ReduceOptions {
  /** A weight for each element, or for each place along `axis`. Default: all weigh the same. */
  readonly weights?: ArrayLike | undefined;
}

/** Which differences. */
export interface DiffOptions {
  /** How many times they are taken. Default: 1. */
  readonly n?: number | undefined;
  /** Along which axis. Default: the last. */
  readonly axis?: number | undefined;
}

/** Where the variables of a correlation lie. */
export interface CorrelationOptions {
  /** Whether each row is a variable and each column an observation; else the other way round. Default: true. */
  readonly rowvar?: boolean | undefined;
}

/** How covariances are estimated. */
export interface CovarianceOptions extends CorrelationOptions {
  /** Whether to divide by the number of observations rather than by one less. Default: false. */
  readonly bias?: boolean | undefined;
  /** What is subtracted from the number of observations, whatever `bias` says. */
  readonly ddof?: number | undefined;
}

type Float = "float32" | "float64";

/** The arithmetic mean but for NaN, as a float; NaN of nothing else. */
export function nanmean<
  D extends DType,
  R extends Rank,
  const O extends ReduceOptions = Record<never, never>,
>(x: LazyArray<D, R>, options?: O): LazyArray<ResultOf<"float", D>, ReducedRank<R, O>> {
  return new LazyArray(centre.nanmean(nodeOf(x, "x"), options ?? {}));
}

/** The greatest element less the least; NaN if there is one. Integers wrap. */
export function ptp<D extends DType, R extends Rank, const O extends ReduceOptions = Record<never, never>>(
  x: LazyArray<D, R>,
  options?: O,
): LazyArray<D, ReducedRank<R, O>> {
  return new LazyArray(centre.ptp(nodeOf(x, "x"), options ?? {}));
}

/**
 * The weighted mean: the sum of elements times weights, divided by the sum of the weights.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if the weights are neither of the array's shape nor as long as `axis`.
 * @example
 * array.average(x, { axis: 0, weights: array.fromArray([3, 1]) });
 */
export function average<R extends Rank, const O extends AverageOptions = Record<never, never>>(
  x: LazyArray<DType, R>,
  options?: O,
): LazyArray<Float, ReducedRank<R, O>> {
  return new LazyArray(centre.average(nodeOf(x, "x"), options ?? {}));
}

/** The mean of the deviations from the mean to the power of `order`, as a float. */
export function moment<D extends DType, R extends Rank, const O extends SpreadOptions = Record<never, never>>(
  x: LazyArray<D, R>,
  order: number,
  options?: O,
): LazyArray<ResultOf<"float", D>, ReducedRank<R, O>> {
  return new LazyArray(centre.moment(nodeOf(x, "x"), order, options ?? {}));
}

/** The differences between neighbours along an axis; of bools whether they differ. Integers wrap. */
export function diff<D extends DType>(x: LazyArray<D>, options: DiffOptions = {}): LazyArray<D, "array"> {
  return new LazyArray(diffNode(nodeOf(x, "x"), options));
}

/** The covariances of all pairs of variables, in double precision: an (n, n) array for n variables. */
export function cov(x: LazyArray, options: CovarianceOptions = {}): LazyArray<"float64", "array"> {
  return new LazyArray(covNode(nodeOf(x, "x"), options));
}

/** Pearson's correlation coefficients of all pairs of variables: an (n, n) array for n variables. */
export function corrcoef(x: LazyArray, options: CorrelationOptions = {}): LazyArray<"float64", "array"> {
  return new LazyArray(corrcoefNode(nodeOf(x, "x"), options));
}
