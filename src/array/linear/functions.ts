import type { DType, ResultOf } from "../../dtype/index.js";
import { arrayNode } from "../arrange/operands.js";
import { readOptions } from "../arrange/options.js";
import type { DiagonalOptions } from "../arrange/types.js";
import { LazyArray } from "../lazy-array.js";
import { nodeOf } from "../operand.js";
import type { Operand, Promoted } from "../types.js";
import { einsum as einsumNode } from "./einsum.js";
import * as products from "./products-of-two.js";

/** Which axes of two arrays meet. */
export interface TensordotOptions {
  /**
   * How many: the last of the first array meet the first of the second. Or axes of both, as many of each. Default: 2.
   */
  readonly axes?: number | readonly [number | readonly number[], number | readonly number[]] | undefined;
}

/** How products are summed. */
export interface EinsumOptions<D extends DType = DType> {
  /** Element type in which it is computed. Default: the one that the arrays have in common. */
  readonly dtype?: D | undefined;
}

/**
 * The product of two arrays: of vectors the sum of the products, of matrices the matrix product; in general the sum over
 * the last axis of the first and the last but one of the second. Numbers multiply every element.
 *
 * Integers wrap. The last bits of floats depend on the kind of CPU, which may fuse a multiplication and an addition, and
 * on how the summed axis is cut; not on the scheduler.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if the summed axes are not equally long.
 */
export function dot<const A extends Operand, const B extends Operand>(a: A, b: B): LazyArray<Promoted<A, B>> {
  return new LazyArray(products.dot(arrayNode(a, "a"), arrayNode(b, "b")));
}

/**
 * The matrix product of the last two axes; axes before them broadcast. An array of one axis is a row on the left and a
 * column on the right. Rounds as `dot` does.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if shapes do not fit, or an array has no axes.
 */
export function matmul<const A extends Operand, const B extends Operand>(
  a: A,
  b: B,
): LazyArray<Promoted<A, B>> {
  return new LazyArray(products.matmul(arrayNode(a, "a"), arrayNode(b, "b")));
}

/** The sum of the products over the last axes of both. Rounds as `dot` does. */
export function inner<const A extends Operand, const B extends Operand>(
  a: A,
  b: B,
): LazyArray<Promoted<A, B>> {
  return new LazyArray(products.inner(arrayNode(a, "a"), arrayNode(b, "b")));
}

/** The sum of the products of all elements, in row-major order; of complex `a` their conjugates. Rounds as `dot` does. */
export function vdot<const A extends Operand, const B extends Operand>(
  a: A,
  b: B,
): LazyArray<Promoted<A, B>, "scalar"> {
  return new LazyArray(products.vdot(arrayNode(a, "a"), arrayNode(b, "b")));
}

/** The products of each element of `a` with each of `b`, as a matrix. */
export function outer<const A extends Operand, const B extends Operand>(
  a: A,
  b: B,
): LazyArray<Promoted<A, B>, "array"> {
  return new LazyArray(products.outer(arrayNode(a, "a"), arrayNode(b, "b")));
}

/**
 * The sum of products over pairs of axes. Rounds as `dot` does.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if axes that meet are not equally long.
 * @example
 * array.tensordot(x, y, { axes: [[1, 0], [0, 1]] });
 */
export function tensordot<const A extends Operand, const B extends Operand>(
  a: A,
  b: B,
  options: TensordotOptions = {},
): LazyArray<Promoted<A, B>> {
  const { axes = 2 } = readOptions(options, ["axes"]);
  return new LazyArray(products.tensordot(arrayNode(a, "a"), arrayNode(b, "b"), axes));
}

/**
 * Sums of products in Einstein's notation: a letter for each axis of each array, `...` for those without one, and behind
 * `->` the axes of the result. Over letters that the result lacks is summed; without `->` it has those that occur once. A
 * letter that an array has twice stands for its diagonal. Several arrays are multiplied two at a time, the cheapest pair
 * first. Rounds as `dot` does.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` for letters that make no sense, `SHAPE_MISMATCH`.
 * @example
 * array.einsum("bij,bjk->bik", x, y);
 */
export function einsum(subscripts: string, ...operands: readonly (Operand | EinsumOptions)[]): LazyArray {
  const last = operands.at(-1);
  const hasOptions =
    typeof last === "object" && last !== null && Object.getPrototypeOf(last) === Object.prototype;
  return new LazyArray(
    einsumNode(subscripts, hasOptions ? operands.slice(0, -1) : operands, hasOptions ? last : {}),
  );
}

/** Kronecker's product: each element of `a` times all of `b`. */
export function kron<const A extends Operand, const B extends Operand>(
  a: A,
  b: B,
): LazyArray<Promoted<A, B>> {
  return new LazyArray(products.kron(arrayNode(a, "a"), arrayNode(b, "b")));
}

/** The sum of the diagonal of two axes, as wide as a sum is. */
export function trace<D extends DType>(
  x: LazyArray<D>,
  options: DiagonalOptions = {},
): LazyArray<ResultOf<"sum", D>> {
  const { offset = 0, axis1 = 0, axis2 = 1 } = readOptions(options, ["offset", "axis1", "axis2"]);
  return new LazyArray(products.trace(nodeOf(x, "x"), offset, axis1, axis2));
}
