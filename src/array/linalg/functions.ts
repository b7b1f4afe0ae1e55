import { checkBoolean, checkInteger, checkOneOf } from "../../check.js";
import { type DType, isComplex, partType, resultOf, type ResultOf } from "../../dtype/index.js";
import type { Node } from "../../graph/index.js";
import { adjoint, identity, matrixOf, squareOf, squaresOf } from "./matrices.js";
import { arrayNode } from "../arrange/operands.js";
import { readOptions } from "../arrange/options.js";
import { LazyArray } from "../lazy-array.js";
import { cast } from "../map.js";
import type { NDArray } from "../ndarray.js";
import { NODE, nodeOf, promoteOperands } from "../operand.js";
import { Generator } from "../random/generator.js";
import type { Rank, ReducedRank } from "../types.js";
import { whenKnown } from "../when-known.js";
import { determinant, signAndLog } from "./determinant.js";
import { norm as normNode } from "./norm.js";
import { qr as qrNodes } from "./qr.js";
import * as systems from "./solve.js";
import { type SingularParts, svd as svdNodes, svdCompressed as compressedNodes, withSigns } from "./svd.js";
import { choleskyLower, luBlocks, permutationOf } from "./triangles.js";

type Matrix<D extends DType> = LazyArray<ResultOf<"float", D>, "array">;
type Sides = LazyArray | NDArray;

/** How a singular value decomposition is given. */
export interface SvdOptions {
  /** Whether each pair of vectors is turned so that its row of `vt` does not add up to less than 0. Default: true. */
  readonly coerceSigns?: boolean | undefined;
}

/** How a compressed decomposition is found. */
export interface SvdCompressedOptions extends SvdOptions {
  /**
   * How the matrix is applied: again and again (`"power"`), or with vectors made orthogonal each time (`"QR"`), which
   * takes longer and keeps small values. Default: `"power"`.
   */
  readonly iterator?: "power" | "QR" | undefined;
  /** How often it is applied once more. Default: 0. */
  readonly nPowerIter?: number | undefined;
  /** How many more random vectors there are than values wanted. Default: 10. */
  readonly nOversamples?: number | undefined;
  /** Seed of these. Default: the system chooses. */
  readonly seed?: number | bigint | undefined;
}

/** A singular value decomposition: the matrix is `u` times a diagonal of `s` times `vt`. */
export interface SingularValues<D extends DType> {
  /** Orthogonal columns. */
  readonly u: Matrix<D>;
  /** The singular values, from the largest on. */
  readonly s: Matrix<D>;
  /** Orthogonal rows. */
  readonly vt: Matrix<D>;
}

/** Which triangle. */
export interface TriangleOptions {
  /** The lower one rather than the upper one. Default: false. */
  readonly lower?: boolean | undefined;
}

/** What is known of a triangular matrix. */
export interface SolveTriangularOptions extends TriangleOptions {
  /** Whether its diagonal is taken to be 1. Default: false. */
  readonly unitDiagonal?: boolean | undefined;
}

/** What is known of a matrix. */
export interface SolveOptions {
  /** `"pos"` if it is symmetric and positive definite, which halves the work. Default: `"gen"`. */
  readonly assumeA?: "gen" | "pos" | undefined;
}

/** Which norm. */
export interface NormOptions {
  /** Of vectors any number; of matrices 1, -1, 2, -2, an infinity, `"fro"` or `"nuc"`. Default: root of squares. */
  readonly ord?: number | "fro" | "nuc" | undefined;
  /** The axis of vectors, or both of matrices. Default: all. */
  readonly axis?: number | readonly number[] | undefined;
  /** Whether they stay with length 1. Default: false. */
  readonly keepdims?: boolean | undefined;
}

/** A solution of least squares. */
export interface LeastSquares<D extends DType = DType> {
  /** The solution, a column for each right-hand side. */
  readonly x: LazyArray<D>;
  /** The sum of the squared misses of each right-hand side. */
  readonly residuals: LazyArray<D>;
  /** The number of singular values that are not 0 but for rounding. */
  readonly rank: LazyArray<"int64", "scalar">;
  /** The singular values of the matrix. */
  readonly s: LazyArray<D>;
}

type Float = "float32" | "float64";

/** Parts of a matrix, each made once it is known how long its axes are. */
function partsOf<K extends string>(
  label: string,
  x: Node,
  ndims: Readonly<Record<K, number>>,
  build: (matrix: Node) => Readonly<Record<K, Node>>,
): Record<K, LazyArray<never, never>> {
  const names = Object.keys(ndims) as K[];
  const entries = names.map((name) => {
    const unmeasured = { label, parameters: name, dtype: x.dtype, ndim: ndims[name] };
    return [name, new LazyArray(whenKnown([x], unmeasured, ([known = x]) => build(known)[name]))];
  });
  return Object.fromEntries(entries) as Record<K, LazyArray<never, never>>;
}

/**
 * An orthogonal matrix `q` and an upper triangular `r` whose product is the matrix. The smaller side is put in one chunk;
 * along the other one all chunks are factored side by side. The signs of columns are not determined.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if `x` is no matrix.
 */
export function qr<D extends DType>(x: LazyArray<D>): { q: Matrix<D>; r: Matrix<D> } {
  return partsOf("qr", matrixOf(nodeOf(x, "x"), "x"), { q: 2, r: 2 }, (matrix) => ({ ...qrNodes(matrix) }));
}

/** As `qr`, of a matrix of many rows and few columns. */
export function tsqr<D extends DType>(x: LazyArray<D>): { q: Matrix<D>; r: Matrix<D> } {
  return qr(x);
}

/** As `qr`, of a matrix of few rows and many columns. */
export function sfqr<D extends DType>(x: LazyArray<D>): { q: Matrix<D>; r: Matrix<D> } {
  return qr(x);
}

/**
 * The singular value decomposition with as many values as the smaller side is long, which is put in one chunk.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if `x` is no matrix. When computed: `ARITHMETIC` if elements are not finite.
 */
export function svd<D extends DType>(x: LazyArray<D>, options: SvdOptions = {}): SingularValues<D> {
  const { coerceSigns = true } = readOptions(options, ["coerceSigns"]);
  const sign = signer(coerceSigns);
  return partsOf("svd", matrixOf(nodeOf(x, "x"), "x"), PARTS, (matrix) => ({ ...sign(svdNodes(matrix)) }));
}

const PARTS = { u: 2, s: 1, vt: 2 };

function signer(coerceSigns: unknown): (parts: SingularParts) => SingularParts {
  return checkBoolean(coerceSigns, "options.coerceSigns") ? withSigns : (parts) => parts;
}

/**
 * The `k` largest singular values and their vectors, approximated from what the matrix does to random vectors. Neither
 * side needs to be in one chunk.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if `x` is no matrix.
 * @example
 * array.linalg.svdCompressed(x, 20, { nPowerIter: 2, seed: 1 });
 */
export function svdCompressed<D extends DType>(
  x: LazyArray<D>,
  k: number,
  options: SvdCompressedOptions = {},
): SingularValues<D> {
  const names = ["iterator", "nPowerIter", "nOversamples", "seed", "coerceSigns"] as const;
  const {
    iterator = "power",
    nPowerIter = 0,
    nOversamples = 10,
    seed,
    coerceSigns = true,
  } = readOptions(options, names);
  const sign = signer(coerceSigns);
  const rank = checkInteger(k, "k", 1);
  const powers = checkInteger(nPowerIter, "options.nPowerIter", 0, 1000);
  const isOrthogonal = checkOneOf(iterator, "options.iterator", ["power", "QR"]) === "QR";
  const more = checkInteger(nOversamples, "options.nOversamples", 0);
  const generator = new Generator(seed);
  const node = matrixOf(nodeOf(x, "x"), "x");
  return partsOf("svdCompressed", node, PARTS, (matrix) => {
    const [rows = 0, columns = 0] = matrix.shape;
    const size = Math.min(rank + more, rows, columns);
    const probes = cast(probesOf(generator, [columns, size]), matrix.dtype);
    return { ...sign(compressedNodes(matrix, { rank, powers, isOrthogonal, probes })) };
  });
}

/** The same random vectors for all parts of a decomposition. */
const drawn = new WeakMap<Generator, Node>();

function probesOf(generator: Generator, size: readonly number[]): Node {
  const known = drawn.get(generator) ?? generator.standardNormal(size)[NODE];
  drawn.set(generator, known);
  return known;
}

/**
 * The triangular factor of a symmetric positive definite matrix: `u` with `uᵀ u`, or with `lower` an `l` with `l lᵀ`. Of
 * the matrix the lower triangle is read. Chunks are put alike along both axes.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if `x` is no square matrix. When computed: `ARITHMETIC` if it has no factor.
 */
export function cholesky<D extends DType>(x: LazyArray<D>, options: TriangleOptions = {}): Matrix<D> {
  const { lower = false } = readOptions(options, ["lower"]);
  const isLower = checkBoolean(lower, "options.lower");
  const node = squareOf(nodeOf(x, "x"), "x");
  return partsOf("cholesky", node, { factor: 2 }, (matrix) => {
    const factor = choleskyLower(squareOf(matrix, "x"));
    return { factor: isLower ? factor : adjoint(factor) };
  }).factor;
}

/**
 * A permutation `p`, a lower triangle `l` with ones on its diagonal and an upper one `u`, whose product is the matrix.
 * Rows are exchanged within a chunk only, as Dask does: where that is too little, put the matrix in one chunk.
 *
 * A singular matrix in one chunk has factors too, with a 0 on the diagonal of `u`.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if `x` is no square matrix. When computed: `ARITHMETIC` if a chunk on the
 *   diagonal, but the last one, is singular.
 */
export function lu<D extends DType>(x: LazyArray<D>): { p: Matrix<D>; l: Matrix<D>; u: Matrix<D> } {
  return partsOf("lu", squareOf(nodeOf(x, "x"), "x"), { p: 2, l: 2, u: 2 }, (matrix) => {
    const { lower, upper, exchanges } = luBlocks(squareOf(matrix, "x"));
    return { p: permutationOf(exchanges), l: lower, u: upper };
  });
}

/** How a system of equations is solved. */
interface SystemOptions {
  /** Whatever the solution depends on beside the arrays. */
  readonly parameters: unknown;
  /** What matrices it takes; default: a single one. */
  readonly check?: typeof squareOf;
}

/** What is made of a square matrix and right-hand sides once it is known how long their axes are. */
function system(
  label: string,
  a: unknown,
  b: unknown,
  build: (a: Node, b: Node) => Node,
  { parameters, check = squareOf }: SystemOptions,
): LazyArray<never, never> {
  const [matrix, sides] = [check(arrayNode(a, "a"), "a"), arrayNode(b, "b")];
  const dtype = resultOf("float", promoteOperands([matrix, sides]).dtype);
  const more = Math.max(sides.shape.length, matrix.shape.length);
  const ndim = sides.shape.length === 1 ? matrix.shape.length - 1 : more;
  return new LazyArray(
    whenKnown([matrix, sides], { label, parameters, dtype, ndim }, ([known = matrix, right = sides]) =>
      build(check(known, "a"), right),
    ),
  );
}

/**
 * What a triangular matrix has to be multiplied by to give `b`, a vector or a matrix. Of `a` one triangle is read.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH`. When computed: `ARITHMETIC` if there is a 0 on the diagonal.
 */
export function solveTriangular(a: Sides, b: Sides, options: SolveTriangularOptions = {}): LazyArray<Float> {
  const { lower = false, unitDiagonal = false } = readOptions(options, ["lower", "unitDiagonal"]);
  const triangle = {
    lower: checkBoolean(lower, "options.lower"),
    unit: checkBoolean(unitDiagonal, "options.unitDiagonal"),
  };
  const build = (matrix: Node, sides: Node): Node => systems.solveTriangular(matrix, sides, triangle);
  return system("solveTriangular", a, b, build, { parameters: triangle });
}

/**
 * What a matrix has to be multiplied by to give `b`, a vector or a matrix. Rows are exchanged as `lu` does. Of an array of
 * more than two axes each matrix along the last two is put in one chunk; `b` is a vector for all of them, or has matrices
 * along its last two axes, and the axes before these are broadcast.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH`; `INVALID_ARGUMENT` for `assumeA: "pos"` of more than two axes. When computed:
 *   `ARITHMETIC` if a matrix is singular, or with `assumeA: "pos"` not positive definite.
 */
export function solve(a: Sides, b: Sides, options: SolveOptions = {}): LazyArray<Float> {
  const { assumeA = "gen" } = readOptions(options, ["assumeA"]);
  const isPositive = checkOneOf(assumeA, "options.assumeA", ["gen", "pos"]) === "pos";
  const build = (matrix: Node, sides: Node): Node => systems.solve(matrix, sides, isPositive);
  return system("solve", a, b, build, { parameters: isPositive, check: isPositive ? squareOf : squaresOf });
}

/**
 * The inverse of a matrix, or of each along the last two axes; as `solve` with ones on a diagonal.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if they are not square. When computed: `ARITHMETIC` if one is singular.
 */
export function inv<D extends DType>(x: LazyArray<D>): Matrix<D> {
  const node = squaresOf(nodeOf(x, "x"), "x");
  return partsOf("inv", node, { inverse: node.shape.length }, (matrix) => {
    const squares = squaresOf(matrix, "x");
    return { inverse: systems.solve(squares, identity(squares, squares.shape.at(-1) ?? 0), false) };
  }).inverse;
}

/**
 * The determinant of a matrix, or of each along the last two axes; each is put in one chunk. 0 if it is singular but for
 * rounding.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if they are not square.
 */
export function det<D extends DType>(x: LazyArray<D>): LazyArray<ResultOf<"float", D>> {
  const node = squaresOf(nodeOf(x, "x"), "x");
  const ndims = { det: node.shape.length - 2 };
  return partsOf("det", node, ndims, (matrix) => ({ det: determinant(squaresOf(matrix, "x")) })).det;
}

/** Determinants as their signs and the natural logarithms of their sizes. */
export interface SignAndLogarithm<D extends DType = DType> {
  /** 1, -1, or 0 of a singular matrix. */
  readonly sign: LazyArray<ResultOf<"float", D>>;
  /** The logarithm, -Infinity of a singular matrix. */
  readonly logabsdet: LazyArray<ResultOf<"float", D>>;
}

/**
 * Determinants, as of `det`, where they may be too large or too small for a float.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if the matrices are not square.
 * @example
 * const { sign, logabsdet } = array.linalg.slogdet(x);
 */
export function slogdet<D extends DType>(x: LazyArray<D>): SignAndLogarithm<D> {
  const node = squaresOf(nodeOf(x, "x"), "x");
  const ndim = node.shape.length - 2;
  return partsOf("slogdet", node, { sign: ndim, logabsdet: ndim }, (matrix) => ({
    ...signAndLog(squaresOf(matrix, "x")),
  }));
}

/**
 * What comes closest to solving a system of no fewer equations than unknowns, by QR factors. The columns of `a` must not
 * depend on each other.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH`. When computed: `ARITHMETIC` if columns are zero.
 */
export function lstsq(a: Sides, b: Sides): LeastSquares<Float> {
  const matrix = matrixOf(arrayNode(a, "a"), "a");
  const sides = arrayNode(b, "b");
  const ndim = sides.shape.length;
  const dtype = resultOf("float", promoteOperands([matrix, sides]).dtype);
  const real = isComplex(dtype) ? partType(dtype) : dtype;
  const part = (name: keyof systems.LeastSquares, ndims: number, dtype: DType): LazyArray<never, never> =>
    new LazyArray(
      whenKnown(
        [matrix, sides],
        { label: "lstsq", parameters: name, dtype, ndim: ndims },
        ([known = matrix, right = sides]) => systems.lstsq(known, right)[name],
      ),
    );
  return {
    x: part("x", ndim, dtype),
    residuals: part("residuals", 1, real),
    rank: part("rank", 0, "int64"),
    s: part("s", 1, real),
  };
}

/**
 * The norm of a vector or a matrix, or of those along axes.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` for a norm that there is not.
 */
export function norm<D extends DType, R extends Rank, const O extends NormOptions = Record<never, never>>(
  x: LazyArray<D, R>,
  options?: O,
): LazyArray<ResultOf<"float", D>, ReducedRank<R, O>> {
  const { ord, axis, keepdims = false } = readOptions(options ?? {}, ["ord", "axis", "keepdims"]);
  return new LazyArray(normNode(nodeOf(x, "x"), { ord, axis, keepdims }));
}
