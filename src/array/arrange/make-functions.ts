import { invalid } from "../../check.js";
import type { DType, ScalarValue } from "../../dtype/index.js";
import { normalizeChunks } from "../chunks.js";
import { checkDType, filled, full as fullNode, toConstant } from "../create.js";
import type { CreateOptions, Shape } from "../functions.js";
import { LazyArray } from "../lazy-array.js";
import { nodeOf } from "../operand.js";
import { whenKnown } from "../when-known.js";
import type { DTypeOf } from "../types.js";
import {
  diag as diagNode,
  eye as eyeNode,
  type MatrixRequest,
  tri as triNode,
  tril as trilNode,
  triu as triuNode,
} from "./diagonal.js";
import {
  indexArrays,
  indices as indicesNode,
  linspace as linspaceNode,
  meshgrid as meshgridNodes,
} from "./grids.js";
import { arrayNode } from "./operands.js";
import { readOptions } from "./options.js";
import type { ArrayLike, LikeOptions, LinspaceOptions, MatrixOptions, MeshgridOptions } from "./types.js";

/** Zeros, as many as another array has elements. */
export function zerosLike<D extends DType, const E extends DType = D>(
  x: LazyArray<D>,
  options: LikeOptions<E> = {},
): LazyArray<E> {
  return fillLike("zeros", x, 0, options) as LazyArray<E>;
}

/** Ones, as many as another array has elements. */
export function onesLike<D extends DType, const E extends DType = D>(
  x: LazyArray<D>,
  options: LikeOptions<E> = {},
): LazyArray<E> {
  return fillLike("ones", x, 1, options) as LazyArray<E>;
}

/** The same value as often as another array has elements; it takes that array's dtype. */
export function fullLike<D extends DType, const E extends DType = D>(
  x: LazyArray<D>,
  value: ScalarValue,
  options: LikeOptions<E> = {},
): LazyArray<E> {
  return fillLike("full", x, value, options) as LazyArray<E>;
}

function fillLike(label: string, x: unknown, value: ScalarValue, options: unknown): LazyArray {
  const node = nodeOf(x, "x");
  const { dtype = node.dtype, shape, chunks } = readOptions(options, ["dtype", "shape", "chunks"]);
  const type = checkDType(dtype, "options.dtype");
  if (shape !== undefined) {
    return new LazyArray(fullNode(label, shape, value, { dtype: type, chunks: chunks ?? "auto" }, type));
  }
  const scalar = toConstant(value, type, "value");
  const unmeasured = { label, parameters: [scalar, chunks], dtype: type, ndim: node.shape.length };
  return new LazyArray(
    whenKnown([node], unmeasured, ([known = node]) => {
      const grid = chunks === undefined ? known.grid : normalizeChunks(chunks, { ...known, dtype: type });
      return filled(label, grid, scalar, type);
    }),
  );
}

/**
 * A matrix with an array of one axis on a diagonal and zeros elsewhere, or the diagonal of a matrix.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` for another number of axes.
 */
export function diag<const A extends ArrayLike>(x: A, k = 0): LazyArray<DTypeOf<A>, "array"> {
  return new LazyArray(diagNode(arrayNode(x, "x"), k));
}

/** Ones on a diagonal of a matrix of so many rows, zeros beside it. */
export function eye<const D extends DType = "float64">(
  rows: number,
  options: MatrixOptions<D> = {},
): LazyArray<D, "array"> {
  return new LazyArray(eyeNode(readMatrix(rows, options)));
}

/** A square matrix of ones on the main diagonal, zeros beside it. */
export function identity<const D extends DType = "float64">(
  rows: number,
  options: CreateOptions<D> = {},
): LazyArray<D, "array"> {
  return new LazyArray(eyeNode(readMatrix(rows, readOptions(options, ["dtype", "chunks"]))));
}

/** Ones on and below a diagonal of a matrix of so many rows, zeros above. */
export function tri<const D extends DType = "float64">(
  rows: number,
  options: MatrixOptions<D> = {},
): LazyArray<D, "array"> {
  return new LazyArray(triNode(readMatrix(rows, options)));
}

function readMatrix(rows: unknown, options: unknown): MatrixRequest {
  const {
    columns,
    k = 0,
    dtype = "float64",
    chunks = "auto",
  } = readOptions(options, ["columns", "k", "dtype", "chunks"]);
  return { rows, columns, k, dtype: checkDType(dtype, "options.dtype"), chunks };
}

/** The elements on and below the diagonal `k` above the main one, of the last two axes; zeros elsewhere. */
export function tril<D extends DType>(x: LazyArray<D>, k = 0): LazyArray<D, "array"> {
  return new LazyArray(trilNode(nodeOf(x, "x"), k));
}

/** The elements on and above the diagonal `k` above the main one, of the last two axes; zeros elsewhere. */
export function triu<D extends DType>(x: LazyArray<D>, k = 0): LazyArray<D, "array"> {
  return new LazyArray(triuNode(nodeOf(x, "x"), k));
}

/**
 * So many numbers from `start` to `stop` at even distances, as NumPy computes them.
 *
 * @example
 * array.linspace(0, 1, 5); // 0 0.25 0.5 0.75 1
 */
export function linspace<const D extends DType = "float64">(
  start: number,
  stop: number,
  num = 50,
  options: LinspaceOptions<D> = {},
): LazyArray<D, "array"> {
  const names = ["endpoint", "dtype", "chunks"] as const;
  const { endpoint = true, dtype = "float64", chunks = "auto" } = readOptions(options, names);
  const request = { num, endpoint, dtype: checkDType(dtype, "options.dtype"), chunks };
  return new LazyArray(linspaceNode(start, stop, request));
}

/** The numbers of the elements of a shape along each axis: an array of that shape for each axis, along a first one. */
export function indices<const D extends DType = "int64">(
  shape: Shape,
  options: CreateOptions<D> = {},
): LazyArray<D, "array"> {
  const { dtype = "int64", chunks = "auto" } = readOptions(options, ["dtype", "chunks"]);
  return new LazyArray(indicesNode(shape, checkDType(dtype, "options.dtype"), chunks));
}

/**
 * What a function makes of the numbers of the elements of a shape: it is called once, with a lazy array of that shape
 * for each axis.
 *
 * @example
 * array.fromFunction((i, j) => i.add(j), [3, 3], { dtype: "int64" });
 */
export function fromFunction<R, const D extends DType = "float64">(
  make: (...numbers: LazyArray<D>[]) => R,
  shape: Shape,
  options: CreateOptions<D> = {},
): R {
  if (typeof make !== "function") throw invalid("a function", "make", make);
  const { dtype = "float64", chunks = "auto" } = readOptions(options, ["dtype", "chunks"]);
  const nodes = indexArrays(shape, checkDType(dtype, "options.dtype"), chunks);
  return make(...nodes.map((node) => new LazyArray<D>(node)));
}

/** Coordinate arrays of a grid from the coordinates along each of its axes. */
export function meshgrid<const A extends ArrayLike>(
  arrays: readonly A[],
  options: MeshgridOptions = {},
): LazyArray<DTypeOf<A>, "array">[] {
  if (!Array.isArray(arrays)) throw invalid("a list of arrays", "arrays", arrays);
  const { indexing = "xy", sparse = false } = readOptions(options, ["indexing", "sparse"]);
  const nodes = arrays.map((entry: unknown, index) => arrayNode(entry, `arrays[${index}]`));
  return meshgridNodes(nodes, indexing, sparse).map((node) => new LazyArray(node));
}
