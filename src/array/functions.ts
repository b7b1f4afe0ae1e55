import type { DType, ResultOf, ScalarValue } from "../dtype/index.js";
import type { Node } from "../graph/index.js";
import { blockwise as blockwiseNode, type BlockwiseOptions } from "./blockwise.js";
import type { Chunks } from "./chunks.js";
import { type ComputeOptions, computeNodes } from "./compute.js";
import { arange as arangeNode, dtypeOfValue, full as fullNode } from "./create.js";
import { elementwise } from "./elementwise.js";
import { type FromArrayOptions, fromArray as fromArrayNode } from "./from-array.js";
import { LazyArray } from "./lazy-array.js";
import { nonzero } from "./masks.js";
import { type MapBlocksOptions, mapBlocks as mapBlocksNode } from "./map-blocks.js";
import { hasNode, NODE, nodeOf } from "./operand.js";
import { BINARY, type BinaryRule, UNARY, type UnaryRule } from "./operations.js";
import { type OptionsOf, reduce } from "./reduce.js";
import { REDUCTIONS, type RuleOfReduction } from "./reductions.js";
import type {
  AnyBlockFunction,
  ArraySource,
  BinaryResult,
  BlockFunction,
  BlocksOf,
  BroadcastRank,
  ComputedOf,
  DTypeOf,
  DTypeOfSource,
  Operand,
  Promoted,
  Rank,
  RankOf,
  RankOfShape,
  RankOfSource,
  ReducedRank,
  UnaryResult,
} from "./types.js";
import { where as whereNode } from "./where.js";

/** How an array is made. */
export interface CreateOptions<D extends DType = DType> {
  /** Element type. Default: float64 for a number, int64 for a bigint, bool for a boolean. */
  readonly dtype?: D | undefined;
  /** How it is cut into blocks. Default: `"auto"`. */
  readonly chunks?: Chunks | undefined;
}

/** The lengths of the axes, or that of the only one. */
export type Shape = number | readonly number[];

type UnaryFunctions = {
  readonly [N in keyof typeof UNARY]: <const A extends Operand>(x: A) => UnaryResult<UnaryRule<N>, A>;
};

type BinaryFunctions = {
  readonly [N in keyof typeof BINARY]: <const A extends Operand, const B extends Operand>(
    a: A,
    b: B,
  ) => BinaryResult<BinaryRule<N>, A, B>;
};

type ReductionFunctions = {
  readonly [N in keyof typeof REDUCTIONS]: <
    D extends DType,
    R extends Rank,
    const O extends OptionsOf<(typeof REDUCTIONS)[N]> = Record<never, never>,
  >(
    x: LazyArray<D, R>,
    options?: O,
  ) => LazyArray<ResultOf<RuleOfReduction<N>, D>, ReducedRank<R, O>>;
};

/** An array of ones. */
export function ones<const S extends Shape, const D extends DType = "float64">(
  shape: S,
  options: CreateOptions<D> = {},
): LazyArray<D, RankOfShape<S>> {
  return new LazyArray(fullNode("ones", shape, 1, options, "float64"));
}

/** An array of zeros. */
export function zeros<const S extends Shape, const D extends DType = "float64">(
  shape: S,
  options: CreateOptions<D> = {},
): LazyArray<D, RankOfShape<S>> {
  return new LazyArray(fullNode("zeros", shape, 0, options, "float64"));
}

/** An array with the same value everywhere. */
export function full<const S extends Shape, V extends ScalarValue, const D extends DType = DTypeOf<V>>(
  shape: S,
  value: V,
  options: CreateOptions<D> = {},
): LazyArray<D, RankOfShape<S>> {
  return new LazyArray(fullNode("full", shape, value, options, dtypeOfValue(value)));
}

/** The type of a literal. */
type Widened<V extends number | bigint> = V extends bigint ? bigint : number;

/** The numbers from 0 up to but not including `stop`. */
export function arange<V extends number | bigint, const D extends DType = DTypeOf<V>>(
  stop: V,
  options?: CreateOptions<D>,
): LazyArray<D, "array">;
/**
 * The numbers from `start` up to but not including `stop`, `step` apart (default 1).
 *
 * @example
 * array.arange(0, 10, 2); // 0 2 4 6 8
 */
export function arange<V extends number | bigint, const D extends DType = DTypeOf<V>>(
  start: V,
  stop: Widened<V>,
  step?: Widened<V> | CreateOptions<D>,
  options?: CreateOptions<D>,
): LazyArray<D, "array">;
export function arange(...args: readonly unknown[]): LazyArray {
  const isOptions = typeof args.at(-1) === "object" && args.at(-1) !== null;
  const options = isOptions ? args.at(-1) : {};
  const [first, second, third] = isOptions ? args.slice(0, -1) : args;
  const [start, stop] = second === undefined ? [isBigInt(first) ? 0n : 0, first] : [first, second];
  return new LazyArray(arangeNode(start, stop, third ?? (isBigInt(start) ? 1n : 1), options));
}

function isBigInt(value: unknown): boolean {
  return typeof value === "bigint";
}

/**
 * An array over data: a dataset in a file, a typed array (referenced, not copied; give its `shape`), an
 * `NDArray`, or nested JavaScript arrays.
 *
 * @example
 * array.fromArray(openHDF5("myfile.hdf5").get("/x"), { chunks: [1000, 1000] });
 * array.fromArray(new Float32Array(12), { shape: [3, 4] });
 */
export function fromArray<T extends ArraySource, const D extends DType = DTypeOfSource<T>>(
  x: T,
  options: FromArrayOptions<D> = {},
): LazyArray<D, RankOfSource<T>> {
  return new LazyArray(fromArrayNode(x, options));
}

/** A lazy array as it is, anything else as `fromArray` makes it. */
export function asArray<T extends ArraySource>(x: T): LazyArray<DTypeOfSource<T>, RankOfSource<T>> {
  return new LazyArray(hasNode(x) ? x[NODE] : fromArrayNode(x, {}));
}

/** For each axis the positions at which the condition is other than 0: `nonzero`. */
export function where(condition: LazyArray): LazyArray<"int64", "array">[];
/** The elements of `a` where the condition is other than 0, those of `b` elsewhere. */
export function where<const C extends Operand, const A extends Operand, const B extends Operand>(
  condition: C,
  a: A,
  b: B,
): LazyArray<Promoted<A, B>, BroadcastRank[RankOf<C>][BroadcastRank[RankOf<A>][RankOf<B>]]>;
export function where(...args: readonly unknown[]): LazyArray | LazyArray<"int64", "array">[] {
  const [condition, a, b] = args;
  if (args.length > 1) return new LazyArray(whereNode(condition, a, b));
  return nonzero(nodeOf(condition, "condition")).map((node) => new LazyArray(node));
}

/**
 * Calls a function on the blocks that lie at the same place in several arrays; axes align at the end, and where an
 * array has one block, that one is read everywhere. Arguments that are no lazy arrays are given as they are.
 *
 * @example
 * array.mapBlocks((a, b, k) => a.data.map((value, i) => value + k * b.data[i]), [x, y, 3]);
 */
export function mapBlocks<const A extends readonly unknown[], const E extends DType = "float64">(
  f: BlockFunction<BlocksOf<A>, E>,
  args: A,
  options: MapBlocksOptions<E> = {},
): LazyArray<E> {
  return new LazyArray(mapBlocksNode(f, args, options));
}

/**
 * Calls a function on blocks whose axes are named by letters, as `einsum` names them: for each block of the result
 * the function gets the block of each array with the same numbers. Along an index that the result lacks it gets all
 * blocks, joined or as a list.
 *
 * @example
 * array.blockwise(outer, "ij", [[x, "i"], [y, "j"]]);
 * array.blockwise(multiplyMatrices, "ik", [[a, "ij"], [b, "jk"]]);
 */
export function blockwise<const E extends DType = "float64">(
  f: AnyBlockFunction<E>,
  outIndex: string,
  arrays: readonly (readonly [array: LazyArray, index: string])[],
  options: BlockwiseOptions<E> = {},
): LazyArray<E> {
  return new LazyArray(blockwiseNode(f, outIndex, arrays, options));
}

/**
 * Computes several arrays in one run, sharing what they have in common; options go last.
 *
 * @example
 * const [low, high] = await array.compute(x.min(), x.max(), { scheduler: "sync" });
 */
export async function compute<const T extends readonly LazyArray[]>(
  ...arrays: T
): Promise<{ -readonly [I in keyof T]: ComputedOf<T[I]> }>;
export async function compute<const T extends readonly LazyArray[]>(
  ...args: readonly [...arrays: T, options: ComputeOptions]
): Promise<{ -readonly [I in keyof T]: ComputedOf<T[I]> }>;
export async function compute(...args: readonly unknown[]): Promise<unknown[]> {
  const last: unknown = args.at(-1);
  const hasOptions = last !== undefined && !hasNode(last);
  const arrays: readonly unknown[] = hasOptions ? args.slice(0, -1) : args;
  const nodes = arrays.map((item, index) => nodeOf(item, `arrays[${index}]`));
  return computeNodes(nodes, hasOptions ? last : {});
}

/** The operations of one array. */
export const unaryFunctions = mapTable(
  UNARY,
  (name, operation) => (x: unknown) => elementwise(name, operation, [x]),
) as UnaryFunctions;

/** The operations of two arrays. */
export const binaryFunctions = mapTable(
  BINARY,
  (name, operation) => (a: unknown, b: unknown) => elementwise(name, operation, [a, b]),
) as BinaryFunctions;

/** The reductions. */
export const reductionFunctions = mapTable(
  REDUCTIONS,
  (name, rule) =>
    (x: unknown, options: unknown = {}) =>
      reduce(name, rule, nodeOf(x, "x"), options),
) as ReductionFunctions;

/** A function for each line of a table; what it makes becomes a lazy array. */
function mapTable<Row, Args extends readonly unknown[]>(
  table: Readonly<Record<string, Row>>,
  make: (name: string, row: Row) => (...args: Args) => Node,
): unknown {
  const entries = Object.entries(table).map(([name, row]) => {
    const build = make(name, row);
    return [name, (...args: Args) => new LazyArray(build(...args))];
  });
  return Object.fromEntries(entries);
}
