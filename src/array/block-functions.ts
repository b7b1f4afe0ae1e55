import type { DType } from "../dtype/index.js";
import { expandDims } from "./arrange/dims.js";
import { applyGufunc as gufuncNode, type GufuncOptions } from "./gufunc.js";
import { invalid } from "../check.js";
import { applyAlongAxis as alongNode, type AlongAxisOptions, type LineFunction } from "./along-axis.js";
import { LazyArray } from "./lazy-array.js";
import type { NDArray } from "./ndarray.js";
import { nodeOf } from "./operand.js";
import type { AnyBlockFunction, BlockFunction, Operand } from "./types.js";
import { userReduction } from "./user-reduction.js";
import { checkAxis } from "./shape.js";

/** The functions of a reduction. In what they give, reduced axes have length 1. */
export interface ReductionFunctions<D extends DType, S extends DType, E extends DType> {
  /** Of a block, what is known of it. */
  readonly chunk: BlockFunction<[NDArray<D>], S>;
  /** Of what is known of neighbouring blocks, in row-major order, what is known of all. Default: `aggregate`. */
  readonly combine?: BlockFunction<[readonly NDArray<S>[]], S> | undefined;
  /** Of what is known of all blocks, the result. */
  readonly aggregate: BlockFunction<[readonly NDArray<S>[]], E>;
}

/** How a reduction by functions is done. */
export interface UserReduceOptions<S extends DType = DType, E extends DType = DType> {
  /** The axis, or the axes, that go; negative ones count from the end. Default: all. */
  readonly axis?: number | readonly number[] | undefined;
  /** Whether they stay with length 1. Default: false. */
  readonly keepdims?: boolean | undefined;
  /** Element type of the result. Default: that of the array. */
  readonly dtype?: E | undefined;
  /** Element type of what is known in between. Default: that of the result. */
  readonly stateDtype?: S | undefined;
  /** About how many blocks a step of the tree merges, from 2 on. Default: `config`, else 16. */
  readonly splitEvery?: number | undefined;
}

/**
 * A reduction by functions of your own, as a tree: of every block, of what neighbours gave, and of what is left.
 *
 * @throws {BrambleError} when computed: `WRONG_RESULT` if a function gives another shape or dtype than was said.
 * @example
 * array.reduction(x, {
 *   chunk: (block) => new NDArray(Float64Array.of(Math.max(...block.data)), [1]),
 *   aggregate: (parts) => new NDArray(Float64Array.of(Math.max(...parts.map((part) => part.data[0]))), [1]),
 * });
 */
export function reduction<D extends DType, const S extends DType = D, const E extends DType = S>(
  x: LazyArray<D>,
  functions: ReductionFunctions<D, S, E>,
  options: UserReduceOptions<S, E> = {},
): LazyArray<E> {
  const { chunk, combine, aggregate } = readFunctions(functions);
  return new LazyArray(userReduction(nodeOf(x, "x"), { chunk, combine, aggregate }, options));
}

function readFunctions(value: unknown): { chunk: unknown; combine: unknown; aggregate: unknown } {
  if (typeof value !== "object" || value === null) throw invalid("functions", "functions", value);
  const { chunk, combine, aggregate } = value as Readonly<Record<string, unknown>>;
  return { chunk, combine, aggregate };
}

/**
 * A function over the last axes of arrays, which a signature names. It is called with blocks that have all of these core
 * axes; the axes before them broadcast, and the function gets those of a block as they are. What it gives has the axes
 * before and then the core axes of the result.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if core axes of the same name differ in length.
 * @example
 * array.applyGufunc((rows) => sums(rows), "(i)->()", [x]);
 */
export function applyGufunc<const E extends DType>(
  f: AnyBlockFunction<E>,
  signature: string,
  arrays: readonly Operand[],
  options: GufuncOptions<E> = {},
): LazyArray<E> {
  return new LazyArray(gufuncNode(f, signature, arrays, options));
}

/**
 * Calls a function on each line of elements along an axis. It gives a number, or as many as the option `length` says,
 * which then lie along the axis.
 *
 * @throws {BrambleError} when computed: `WRONG_RESULT` if it gives another number of values.
 * @example
 * array.applyAlongAxis((line) => Math.max(...line) - Math.min(...line), 0, x);
 */
export function applyAlongAxis<D extends DType, const E extends DType = "float64">(
  f: LineFunction<D>,
  axis: number,
  x: LazyArray<D>,
  options: AlongAxisOptions<E> = {},
): LazyArray<E> {
  return new LazyArray(alongNode(f, axis, nodeOf(x, "x"), options));
}

/**
 * Applies a function of an array and an axis for one axis after the other, such as a reduction. Axes that go are put back
 * with length 1.
 *
 * @example
 * array.applyOverAxes((a, axis) => a.sum({ axis }), x, [0, 2]);
 */
export function applyOverAxes(
  f: (x: LazyArray, axis: number) => LazyArray,
  x: LazyArray,
  axes: number | readonly number[],
): LazyArray {
  if (typeof f !== "function") throw invalid("a function", "f", f);
  const ndim = nodeOf(x, "x").shape.length;
  const list = typeof axes === "number" ? [axes] : axes;
  return list.reduce((array: LazyArray, axis, place) => {
    const along = checkAxis(axis, `axes[${place}]`, ndim);
    const result = f(array, along);
    const node = nodeOf(result, "the result of `f`");
    return node.shape.length === ndim ? result : new LazyArray(expandDims(node, along));
  }, x);
}
