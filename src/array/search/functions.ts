import type { DType } from "../../dtype/index.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { arrayNode } from "../arrange/operands.js";
import { readOptions } from "../arrange/options.js";
import { reshape } from "../arrange/reshape.js";
import { checkBoolean } from "../../check.js";
import { fromArray } from "../from-array.js";
import type { Node } from "../../graph/index.js";
import { LazyArray } from "../lazy-array.js";
import type { NDArray } from "../ndarray.js";
import { nodeOf } from "../operand.js";
import type { Operand, Rank } from "../types.js";
import { interp as interpNode } from "./interp.js";
import * as search from "./search.js";
import { unique as uniqueNodes } from "./unique.js";

/** Where equal elements count. */
export interface SearchOptions {
  /** Before equal elements or behind them. Default: `"left"`. */
  readonly side?: "left" | "right" | undefined;
}

/** What belongs to a bin. */
export interface DigitizeOptions {
  /** Whether a bin has its upper edge rather than its lower one. Default: false. */
  readonly right?: boolean | undefined;
}

/** Which answer is true. */
export interface IsinOptions {
  /** Whether it is true for elements that are not among the others. Default: false. */
  readonly invert?: boolean | undefined;
}

/** What lies beside the points of a line. */
export interface InterpOptions {
  /** Value before the first point. Default: that of the first point. */
  readonly left?: number | undefined;
  /** Value behind the last point. Default: that of the last point. */
  readonly right?: number | undefined;
  /** After which distance everything repeats, so that nothing lies beside; points need not ascend then. */
  readonly period?: number | undefined;
}

/** What is wanted beside the elements. */
export interface UniqueOptions {
  /** Where each occurs first. Default: false. */
  readonly returnIndex?: boolean | undefined;
  /** Which of them each element is. Default: false. */
  readonly returnInverse?: boolean | undefined;
  /** How often each occurs. Default: false. */
  readonly returnCounts?: boolean | undefined;
}

/** What `unique` gives: an array, or with options a list of what they ask for behind it. */
export type UniqueResult<D extends DType, O> = O extends
  | { readonly returnIndex: true }
  | { readonly returnInverse: true }
  | { readonly returnCounts: true }
  ? [values: LazyArray<D, "array">, ...others: LazyArray<"int64">[]]
  : LazyArray<D, "array">;

type Numbers = LazyArray | NDArray | readonly number[];

/** A list of numbers as an array, anything else as an operand. */
function listNode(value: unknown, name: string): Node {
  return Array.isArray(value) ? fromArray(value, {}) : arrayNode(value, name);
}

/**
 * The places at which elements of `v` would have to stand in a sorted vector to keep it sorted. NaN counts as the largest.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if `a` has not one axis.
 */
export function searchsorted<R extends Rank>(
  a: Numbers,
  v: LazyArray<DType, R>,
  options: SearchOptions = {},
): LazyArray<"int64", R> {
  const { side = "left" } = readOptions(options, ["side"]);
  return new LazyArray(search.searchsorted(listNode(a, "a"), nodeOf(v, "v"), side));
}

/**
 * The numbers of the bins in which elements lie: 0 before the first edge. A list of edges may ascend or descend; those of
 * an array ascend.
 */
export function digitize<R extends Rank>(
  x: LazyArray<DType, R>,
  bins: Numbers,
  options: DigitizeOptions = {},
): LazyArray<"int64", R> {
  const { right = false } = readOptions(options, ["right"]);
  const edges = Array.isArray(bins) ? (bins as readonly unknown[]) : undefined;
  return new LazyArray(search.digitize(nodeOf(x, "x"), listNode(bins, "bins"), edges, right));
}

/**
 * The values at `x`, as float64, of the line through points at `xp`, which ascend, with the values `fp`. NaN stays NaN.
 * The points are put in one chunk.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if `xp` and `fp` are not equally long vectors, `UNSUPPORTED_DTYPE` if something is
 *   complex.
 * @example
 * array.interp(x, [0, 1, 2], [10, 20, 40]);
 */
export function interp<R extends Rank>(
  x: LazyArray<DType, R>,
  xp: Numbers,
  fp: Numbers,
  options: InterpOptions = {},
): LazyArray<"float64", R> {
  const given = readOptions(options, ["left", "right", "period"]);
  return new LazyArray(interpNode(nodeOf(x, "x"), listNode(xp, "xp"), listNode(fp, "fp"), given));
}

/** Whether each element is among others. */
export function isin<R extends Rank>(
  x: LazyArray<DType, R>,
  among: Operand | readonly number[],
  options: IsinOptions = {},
): LazyArray<"bool", R> {
  const { invert = false } = readOptions(options, ["invert"]);
  return new LazyArray(search.isin(nodeOf(x, "x"), listNode(among, "among"), invert));
}

/**
 * The different elements, ascending; with options a list of these and of what the options ask for, in the order index,
 * inverse, counts. All NaNs are one. How many there are is known when they are computed. All elements are sorted in one
 * chunk.
 *
 * @example
 * const [values, counts] = array.unique(x, { returnCounts: true });
 */
export function unique<D extends DType, const O extends UniqueOptions = Record<never, never>>(
  x: LazyArray<D>,
  options?: O,
): UniqueResult<D, O> {
  const names = ["returnIndex", "returnInverse", "returnCounts"] as const;
  const given = readOptions(options ?? {}, names);
  const wants = names.map((name) => checkBoolean(given[name] ?? false, `options.${name}`));
  const { values, index, inverse, counts } = uniqueNodes(nodeOf(x, "x"));
  const others = [index, inverse, counts].filter((_, number) => wants[number]);
  const result =
    others.length === 0 ? new LazyArray(values) : [values, ...others].map((node) => new LazyArray(node));
  return result as UniqueResult<D, O>;
}

/** The different elements of two arrays, ascending. */
export function union1d(a: LazyArray, b: LazyArray): LazyArray<DType, "array"> {
  const flat = [nodeOf(a, "a"), nodeOf(b, "b")].map((node) => reshape(node, -1, { mergeChunks: true }));
  return new LazyArray(uniqueNodes(concatenateNodes(flat, 0)).values);
}
