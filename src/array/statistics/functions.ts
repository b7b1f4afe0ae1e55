import type { DType, ResultOf } from "../../dtype/index.js";
import type { Node } from "../../graph/index.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { arrayNode } from "../arrange/operands.js";
import { readOptions } from "../arrange/options.js";
import { reshape } from "../arrange/reshape.js";
import type { ArrayLike, AxisOptions } from "../arrange/types.js";
import { cast } from "../map.js";
import { LazyArray } from "../lazy-array.js";
import { withoutNaN } from "../nan.js";
import { nodeOf } from "../operand.js";
import type { ReduceOptions, SpreadOptions } from "../reduce.js";
import type { Rank, ReducedRank } from "../types.js";
import * as centre from "./centre.js";
import { corrcoef as corrcoefNode, cov as covNode } from "./covariance.js";
import { diff as diffNode } from "./diff.js";
import { gradient as gradientNodes } from "./gradient.js";
import { bincount as bincountNode, histogram as histogramNodes } from "./histogram.js";
import { histogramdd as histogramddNodes } from "./histogram-dd.js";
import * as order from "./order.js";
import { push as pushNode } from "../push.js";
import { scan } from "./scan.js";
import { topk as topkNode } from "./top.js";
import type { Weights } from "./weights.js";

/** How an average is weighed. */
export interface AverageOptions extends ReduceOptions {
  /** A weight for each element, or for each place along `axis`. Default: all weigh the same. */
  readonly weights?: Weights | undefined;
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

/** Over which axes a median is taken. */
export interface MedianOptions {
  /** The axis, or the axes, that go; negative ones count from the end. Default: all. */
  readonly axis?: number | readonly number[] | undefined;
  /** Whether they stay with length 1. Default: false. */
  readonly keepdims?: boolean | undefined;
}

/** How quantiles are computed. */
export interface QuantileOptions extends MedianOptions {
  /**
   * Whether axes in several chunks stay there: each chunk is summed up by at most 512 numbers, finer towards both ends, as
   * in a t-digest, and the quantiles are those of these. The share of elements below a quantile is then off by less than
   * half a percent, and less towards the ends; 0 and 1 are exact. Default: false.
   */
  readonly approximate?: boolean | undefined;
  /** What lies between two elements, after NumPy. Default: `"linear"`. */
  readonly method?: order.QuantileMethod | undefined;
}

/** What a histogram counts. */
export interface HistogramOptions {
  /** How many bins of equal width, or the ascending edges of all. Default: 10. */
  readonly bins?: number | readonly number[] | undefined;
  /** Where the bins begin and end. Default: at the least and at the greatest element. */
  readonly range?: readonly [number, number] | undefined;
  /** What each element weighs. */
  readonly weights?: Weights | undefined;
  /** Whether to give densities, whose integral is 1. Default: false. */
  readonly density?: boolean | undefined;
}

/** What `bincount` counts. */
export interface BincountOptions {
  /** What each place weighs. */
  readonly weights?: Weights | undefined;
  /** The least length of the result. Default: 0. */
  readonly minlength?: number | undefined;
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
 * array.average(x, { axis: 0, weights: [3, 1] });
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

/**
 * The running sum along an axis; without one, of all elements in row-major order. Integers add up in 64 bits and wrap;
 * floats are added in double precision.
 */
export function cumsum<D extends DType>(
  x: LazyArray<D>,
  options: AxisOptions = {},
): LazyArray<ResultOf<"sum", D>, "array"> {
  return new LazyArray(scan("cumsum", "sum", nodeOf(x, "x"), options));
}

/** The running product; as `cumsum`. */
export function cumprod<D extends DType>(
  x: LazyArray<D>,
  options: AxisOptions = {},
): LazyArray<ResultOf<"sum", D>, "array"> {
  return new LazyArray(scan("cumprod", "prod", nodeOf(x, "x"), options));
}

/** As `cumsum`, with 0 for NaN. */
export function nancumsum<D extends DType>(
  x: LazyArray<D>,
  options: AxisOptions = {},
): LazyArray<ResultOf<"sum", D>, "array"> {
  return new LazyArray(scan("nancumsum", "sum", withoutNaN(nodeOf(x, "x"), 0), options));
}

/** As `cumprod`, with 1 for NaN. */
export function nancumprod<D extends DType>(
  x: LazyArray<D>,
  options: AxisOptions = {},
): LazyArray<ResultOf<"sum", D>, "array"> {
  return new LazyArray(scan("nancumprod", "prod", withoutNaN(nodeOf(x, "x"), 1), options));
}

/** How far elements are pushed. */
export interface PushOptions extends AxisOptions {
  /** How many NaNs in a row are filled at most. Default: all. */
  readonly n?: number | undefined;
}

/**
 * The array with the last number before it for each NaN along an axis (default: the last); those before the first number
 * stay. The axis is gathered into one chunk.
 */
export function push<D extends DType>(x: LazyArray<D>, options: PushOptions = {}): LazyArray<D> {
  const { n, axis = -1 } = readOptions(options, ["n", "axis"]);
  return new LazyArray(pushNode(nodeOf(x, "x"), n, axis));
}

/**
 * The middle element, or half the sum of the two in the middle; NaN if there is one. Exact: each axis that goes is
 * gathered into one chunk.
 */
export function median<D extends DType, R extends Rank, const O extends MedianOptions = Record<never, never>>(
  x: LazyArray<D, R>,
  options?: O,
): LazyArray<ResultOf<"float", D>, ReducedRank<R, O>> {
  return new LazyArray(order.median("median", false, nodeOf(x, "x"), options ?? {}));
}

/** The median but for NaN; NaN of nothing else. */
export function nanmedian<
  D extends DType,
  R extends Rank,
  const O extends MedianOptions = Record<never, never>,
>(x: LazyArray<D, R>, options?: O): LazyArray<ResultOf<"float", D>, ReducedRank<R, O>> {
  return new LazyArray(order.median("nanmedian", true, nodeOf(x, "x"), options ?? {}));
}

/**
 * The number below which a share `q` of the elements lies, from 0 to 1; of a list of shares along a new first axis.
 * NaN if there is one. Exact, for which each axis that goes is gathered into one chunk, unless `approximate` is true.
 *
 * @example
 * array.quantile(x, [0.1, 0.9], { axis: 0 });
 */
export function quantile<D extends DType>(
  x: LazyArray<D>,
  q: number | readonly number[],
  options: QuantileOptions = {},
): LazyArray<ResultOf<"float", D>> {
  const request = { label: "quantile", skipsNaN: false, whole: 1 } as const;
  return new LazyArray(order.quantile(request, nodeOf(x, "x"), q, options));
}

/** As `quantile`, but for NaN; NaN of nothing else. */
export function nanquantile<D extends DType>(
  x: LazyArray<D>,
  q: number | readonly number[],
  options: QuantileOptions = {},
): LazyArray<ResultOf<"float", D>> {
  const request = { label: "nanquantile", skipsNaN: true, whole: 1 } as const;
  return new LazyArray(order.quantile(request, nodeOf(x, "x"), q, options));
}

/** As `quantile`, with shares in percent. */
export function percentile<D extends DType>(
  x: LazyArray<D>,
  q: number | readonly number[],
  options: QuantileOptions = {},
): LazyArray<ResultOf<"float", D>> {
  const request = { label: "percentile", skipsNaN: false, whole: 100 } as const;
  return new LazyArray(order.quantile(request, nodeOf(x, "x"), q, options));
}

/** As `percentile`, but for NaN; NaN of nothing else. */
export function nanpercentile<D extends DType>(
  x: LazyArray<D>,
  q: number | readonly number[],
  options: QuantileOptions = {},
): LazyArray<ResultOf<"float", D>> {
  const request = { label: "nanpercentile", skipsNaN: true, whole: 100 } as const;
  return new LazyArray(order.quantile(request, nodeOf(x, "x"), q, options));
}

/**
 * The `k` largest elements along an axis (default: the last), the largest first, or with a negative `k` the smallest,
 * the smallest first. NaN counts as the largest. All elements where there are fewer.
 */
export function topk<D extends DType>(
  x: LazyArray<D>,
  k: number,
  options: AxisOptions = {},
): LazyArray<D, "array"> {
  return new LazyArray(topkNode("topk", false, nodeOf(x, "x"), k, options));
}

/** The positions of what `topk` gives; of equal elements those that come first. */
export function argtopk(x: LazyArray, k: number, options: AxisOptions = {}): LazyArray<"int64", "array"> {
  return new LazyArray(topkNode("argtopk", true, nodeOf(x, "x"), k, options));
}

/**
 * How many elements lie in each bin, as int64, or what they weigh, and the edges of the bins. A bin includes its lower
 * edge, the last one its upper edge too; NaN and what lies beyond the edges is not counted.
 *
 * @example
 * const [counts, edges] = array.histogram(x, { bins: 20 });
 */
export function histogram(
  x: LazyArray,
  options: HistogramOptions = {},
): [counts: LazyArray<"int64" | "float64", "array">, edges: LazyArray<"float64", "array">] {
  const [counts, edges] = histogramNodes(nodeOf(x, "x"), options);
  return [new LazyArray(counts), new LazyArray(edges)];
}

/**
 * How often each integer from 0 up to the greatest one occurs, as int64, or what its places weigh. The length is known
 * when it is computed.
 *
 * @throws {BrambleError} when computed, `OUT_OF_BOUNDS` if an integer is negative.
 */
export function bincount(
  x: LazyArray,
  options: BincountOptions = {},
): LazyArray<"int64" | "float64", "array"> {
  return new LazyArray(bincountNode(nodeOf(x, "x"), options));
}

/** How slopes are taken. */
export interface GradientOptions {
  /** How far neighbours lie apart, along all axes or along each. Default: 1. */
  readonly spacing?: number | readonly number[] | undefined;
  /** Along which axes. Default: all. */
  readonly axis?: number | readonly number[] | undefined;
  /** How many neighbours count at the ends: one, or two, which is exact for parabolas. Default: 1. */
  readonly edgeOrder?: 1 | 2 | undefined;
}

/**
 * The slopes along axes, from both neighbours of each element: a list with an array for each axis, or with the option
 * `axis` as a number one array.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` for an axis of too few elements.
 */
export function gradient<D extends DType, const O extends GradientOptions = Record<never, never>>(
  x: LazyArray<D>,
  options?: O,
): O extends { readonly axis: number } ? LazyArray<ResultOf<"float", D>> : LazyArray<ResultOf<"float", D>>[] {
  const { spacing = 1, axis, edgeOrder = 1 } = readOptions(options ?? {}, ["spacing", "axis", "edgeOrder"]);
  const slopes = gradientNodes(nodeOf(x, "x"), spacing, axis, edgeOrder).map((node) => new LazyArray(node));
  return (typeof axis === "number" ? slopes[0] : slopes) as never;
}

/** The differences between neighbours of all elements in row-major order, with others put before and behind. */
export function ediff1d<D extends DType>(
  x: LazyArray<D>,
  options: { readonly toBegin?: ArrayLike; readonly toEnd?: ArrayLike } = {},
): LazyArray<D, "array"> {
  const { toBegin, toEnd } = readOptions(options, ["toBegin", "toEnd"]);
  const node = nodeOf(x, "x");
  const flat = reshape(node, -1, { mergeChunks: true });
  const around = (value: unknown, name: string): Node[] =>
    value === undefined ? [] : [reshape(cast(arrayNode(value, name), x.dtype), -1, { mergeChunks: true })];
  const parts = [
    ...around(toBegin, "options.toBegin"),
    diffNode(flat, {}),
    ...around(toEnd, "options.toEnd"),
  ];
  return new LazyArray(concatenateNodes(parts, 0));
}

/** What a histogram of several axes counts. */
export interface HistogramddOptions {
  /** How many bins of equal width, for all axes or for each, or for each the ascending edges. Default: 10. */
  readonly bins?: number | readonly (number | readonly number[])[] | undefined;
  /** For each axis where the bins begin and end. Default: at the least and at the greatest coordinate. */
  readonly range?: readonly (readonly [number, number])[] | undefined;
  /** What each point weighs. */
  readonly weights?: Weights | undefined;
  /** Whether to give densities, whose integral is 1. Default: false. */
  readonly density?: boolean | undefined;
}

type Counts = LazyArray<"int64" | "float64", "array">;
type Edges = LazyArray<"float64", "array">;

/**
 * How many points lie in each box of a grid, and the edges along each axis. The sample has the coordinates of all points,
 * a vector for each axis.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if these are not equally long vectors.
 */
export function histogramdd(
  sample: readonly LazyArray[],
  options: HistogramddOptions = {},
): [counts: Counts, edges: Edges[]] {
  const [counts, edges] = histogramddNodes(sample, options);
  return [new LazyArray(counts), edges.map((node) => new LazyArray(node))];
}

/** As `histogramdd` of two axes; the edges come one behind the other. */
export function histogram2d(
  x: LazyArray,
  y: LazyArray,
  options: HistogramddOptions = {},
): [counts: Counts, xEdges: Edges, yEdges: Edges] {
  const [counts, edges] = histogramddNodes([x, y], options);
  const [first = counts, second = counts] = edges;
  return [new LazyArray(counts), new LazyArray(first), new LazyArray(second)];
}
