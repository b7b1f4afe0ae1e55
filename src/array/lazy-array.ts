import { inspect } from "node:util";
import { delayBlocks, type NestedDelayed } from "../delayed/from-delayed.js";
import { type VisualizeOptions, visualizeNodes } from "../diagnostics/visualize.js";
import { type DType, DTYPES, type ResultOf } from "../dtype/index.js";
import { gridBlocks, gridChunks, type Node, product } from "../graph/index.js";
import { squeeze } from "./arrange/dims.js";
import { readOptions, readReshapeOptions } from "./arrange/options.js";
import { swapaxes, transpose } from "./arrange/permute.js";
import { repeat } from "./arrange/repeat.js";
import { reshape } from "./arrange/reshape.js";
import type { AxesOptions, AxisOptions, ReshapeOptions } from "./arrange/types.js";
import { compressAlong, type Condition, nonzero } from "./masks.js";
import {
  type ComputeOptions,
  computeLengths,
  computeNodes,
  type ExplainOptions,
  explainNodes,
} from "./compute.js";
import { checkDType } from "./create.js";
import { conjugate, imaginaryPart, realPart } from "./complex/parts.js";
import { type ComputedBlock, eachBlock } from "./each-block.js";
import { elementwise } from "./elementwise.js";
import { blocks } from "./blocks.js";
import { entriesOf, type SetIndex, setItem } from "./set-item.js";
import type { IntegerList } from "./take.js";
import { type PointIndex, vindex } from "./vindex.js";
import { describeArray } from "./inspect.js";
import { cast } from "./map.js";
import { type MapBlocksOptions, mapBlocks } from "./map-blocks.js";
import type { NDArray } from "./ndarray.js";
import { NODE } from "./operand.js";
import { BINARY, type BinaryRule, UNARY, type UnaryRule } from "./operations.js";
import { persist } from "./persist.js";
import { type RechunkChunks, type RechunkOptions, rechunk } from "./rechunk.js";
import { type OptionsOf, reduce } from "./reduce.js";
import { REDUCTIONS, type RuleOfReduction } from "./reductions.js";
import { type ArrayIndex, getItem, takeAlong } from "./indexing.js";
import type { BlockIndex } from "./selection.js";
import { scan } from "./statistics/scan.js";
import { topk } from "./statistics/top.js";
import type {
  BinaryResult,
  BlockFunction,
  Computed,
  MappedRank,
  Operand,
  Rank,
  RankOfShape,
  ReducedRank,
  SlicedRank,
} from "./types.js";
import { computeWrites, isLater } from "./write/receipts.js";
import { type StoreOptions, type StoreTarget, storeLater, storeNodes } from "./write/store.js";
import { type ToHDF5Options, toHDF5 } from "./write/to-hdf5.js";
import { type ToNpyOptions, toNpy } from "./write/to-npy.js";
import { type ToFileOptions, toRaw } from "./write/to-npz.js";
import { type ToZarrOptions, toZarr } from "./write/to-zarr.js";

type UnaryMethods<D extends DType, R extends Rank> = {
  readonly [N in keyof typeof UNARY]: () => LazyArray<ResultOf<UnaryRule<N>, D>, R>;
};

// Over the type of `this` rather than over `D`: a result that depends on two dtypes would keep the compiler
// from seeing that a `LazyArray<"int8">` is a `LazyArray<DType>`.
type BinaryMethods = {
  readonly [N in keyof typeof BINARY]: <T extends LazyArray, const B extends Operand>(
    this: T,
    other: B,
  ) => BinaryResult<BinaryRule<N>, T, B>;
};

type ReductionMethods<D extends DType, R extends Rank> = {
  readonly [N in keyof typeof REDUCTIONS]: <
    const O extends OptionsOf<(typeof REDUCTIONS)[N]> = Record<never, never>,
  >(
    options?: O,
  ) => LazyArray<ResultOf<RuleOfReduction<N>, D>, ReducedRank<R, O>>;
};

/** The methods that are a line in a table: operations on elements, and reductions. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- The class gets them below, from the same tables.
export interface LazyArray<out D extends DType = DType, out R extends Rank = Rank>
  extends UnaryMethods<D, R>,
    BinaryMethods,
    ReductionMethods<D, R> {}

/**
 * An array that is yet to be computed: an expression over blocks. It never changes; every method gives a new
 * one and reads nothing. `D` is its element type, `R` whether it is known to be a single number.
 *
 * @example
 * const x = array.ones([1000, 1000], { chunks: 100 });
 * await x.add(1).multiply(2).sum().compute(); // 4000000
 */
export class LazyArray<out D extends DType = DType, out R extends Rank = Rank> {
  /** The expression. */
  readonly [NODE]: Node;
  /** Names `R` for the compiler; there is no such field. */
  declare protected readonly rank: R;

  /** Made by the functions of `array`, not by hand. */
  constructor(node: Node) {
    this[NODE] = node;
  }

  /** Number of elements along each axis. */
  get shape(): readonly number[] {
    return this[NODE].shape;
  }

  /** Element type. */
  get dtype(): D {
    return this[NODE].dtype as D;
  }

  /** The lengths of the chunks along each axis, listed one by one. */
  get chunks(): number[][] {
    return gridChunks(this[NODE].grid);
  }

  /** Number of chunks along each axis. */
  get numblocks(): number[] {
    return gridBlocks(this[NODE].grid);
  }

  /** The real parts of complex elements; real ones as they are. */
  get real(): LazyArray<ResultOf<"real", D>, R> {
    return new LazyArray(realPart(this[NODE]));
  }

  /** The imaginary parts of complex elements; zeros of real ones. */
  get imag(): LazyArray<ResultOf<"real", D>, R> {
    return new LazyArray(imaginaryPart(this[NODE]));
  }

  /** Complex conjugates: the imaginary parts have the other sign. Real elements stay. */
  conj(): LazyArray<D, R> {
    return new LazyArray(conjugate(this[NODE]));
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return product(this.shape);
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return DTYPES[this.dtype].itemsize;
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * this.itemsize;
  }

  /** For people, in errors and progress: the last operation and the beginning of a fingerprint. */
  get name(): string {
    return this[NODE].name;
  }

  /**
   * Indexing, one entry for each axis: an integer, a string such as `"10:20:2"`, a `slice(...)`, `null` for a new
   * axis, `"..."` for the axes in between; for one of the axes a list of integers, and for one or more a mask.
   *
   * @example
   * x.slice("10:20", 0, null);
   * x.slice([3, 1, 1], ":");
   * x.slice(x.greater(0));
   */
  slice<const I extends readonly ArrayIndex[]>(...index: I): LazyArray<D, SlicedRank<R, I>> {
    return new LazyArray(getItem(this[NODE], index));
  }

  /** The same elements in row-major order under another shape; one length may be -1 for what is left. */
  reshape<const S extends number | readonly number[]>(
    shape: S,
    options: ReshapeOptions = {},
  ): LazyArray<D, RankOfShape<S>> {
    return new LazyArray(reshape(this[NODE], shape, readReshapeOptions(options)));
  }

  /** All elements in row-major order along one axis. */
  ravel(options: ReshapeOptions = {}): LazyArray<D, "array"> {
    return this.reshape(-1, options);
  }

  /** All elements in row-major order along one axis; as `ravel`, for nothing is copied before it must. */
  flatten(options: ReshapeOptions = {}): LazyArray<D, "array"> {
    return this.ravel(options);
  }

  /** Axis `n` of the result is axis `axes[n]`; without a list all axes are turned round. */
  transpose(axes?: readonly number[]): LazyArray<D, R> {
    return new LazyArray(transpose(this[NODE], axes));
  }

  /** The array with its axes turned round. */
  get T(): LazyArray<D, R> {
    return this.transpose();
  }

  /** Exchanges two axes. */
  swapaxes(axis1: number, axis2: number): LazyArray<D, R> {
    return new LazyArray(swapaxes(this[NODE], axis1, axis2));
  }

  /** Takes away axes of length 1: all of them, or those of the option `axis`. */
  squeeze(options: AxesOptions = {}): LazyArray<D> {
    return new LazyArray(squeeze(this[NODE], readOptions(options, ["axis"]).axis));
  }

  /** Each element `repeats` times, one behind the other; without an axis of all elements along one. */
  repeat(repeats: number | IntegerList, options: AxisOptions = {}): LazyArray<D, "array"> {
    return new LazyArray(repeat(this[NODE], repeats, readOptions(options, ["axis"]).axis));
  }

  /**
   * Pointwise indexing: lists of positions, one for each axis, of which `":"` takes all. The lists broadcast against
   * each other; what they have together comes first in the result.
   *
   * @example
   * x.vindex([0, 1, 2], [2, 1, 0]); // three elements
   */
  vindex(...index: readonly PointIndex[]): LazyArray<D, "array"> {
    return new LazyArray(vindex(this[NODE], index));
  }

  /**
   * The array that some blocks make: an entry for each axis says which chunks along it, as an integer, a slice or a
   * list. Axes stay.
   *
   * @example
   * x.blocks(0, "::2"); // every second block of the first row of blocks
   */
  blocks(...index: readonly (BlockIndex | IntegerList)[]): LazyArray<D, R> {
    return new LazyArray(blocks(this[NODE], index));
  }

  /** The elements at positions of an axis, in the list's order; without an axis of all elements as one axis. */
  take(indices: number | IntegerList | LazyArray, options: AxisOptions = {}): LazyArray<D> {
    return new LazyArray(takeAlong(this[NODE], indices, options));
  }

  /**
   * An array with other values at an index: this one stays. The index is one for `slice`, as a list of entries where it
   * has several; the values, an array or a number, broadcast to the shape of what is indexed and take its dtype.
   *
   * @example
   * x.setItem(["1:3", 0], 5);
   * x.setItem(x.less(0), 0);
   */
  setItem(index: SetIndex, value: Operand): LazyArray<D, R> {
    return new LazyArray(setItem(this[NODE], entriesOf(index), value));
  }

  /**
   * The same array with lengths that are known, computed now where they are not. What is computed for that is kept in
   * memory.
   */
  async computeChunkSizes(options: ComputeOptions = {}): Promise<LazyArray<D, R>> {
    return new LazyArray(await computeLengths(this[NODE], options));
  }

  /**
   * The elements along an axis at which a condition is true; without an axis of all elements in row-major order. How
   * many there are is known when they are computed.
   */
  compress(condition: Condition, options: AxisOptions = {}): LazyArray<D, "array"> {
    return new LazyArray(compressAlong(this[NODE], condition, options));
  }

  /**
   * For each axis the positions of the elements other than 0, in row-major order of the elements. How many there are
   * is known when they are computed.
   */
  nonzero(): LazyArray<"int64", "array">[] {
    return nonzero(this[NODE]).map((node) => new LazyArray(node));
  }

  /** The running sum along an axis; without one, of all elements in row-major order. */
  cumsum(options: AxisOptions = {}): LazyArray<ResultOf<"sum", D>, "array"> {
    return new LazyArray(scan("cumsum", "sum", this[NODE], options));
  }

  /** The running product along an axis; without one, of all elements in row-major order. */
  cumprod(options: AxisOptions = {}): LazyArray<ResultOf<"sum", D>, "array"> {
    return new LazyArray(scan("cumprod", "prod", this[NODE], options));
  }

  /** The `k` largest elements along an axis (default: the last), sorted, or with a negative `k` the smallest. */
  topk(k: number, options: AxisOptions = {}): LazyArray<D, "array"> {
    return new LazyArray(topk("topk", false, this[NODE], k, options));
  }

  /** The positions of what `topk` gives; of equal elements those that come first. */
  argtopk(k: number, options: AxisOptions = {}): LazyArray<"int64", "array"> {
    return new LazyArray(topk("argtopk", true, this[NODE], k, options));
  }

  /** The same elements in other chunks: of all axes, or of some, such as `{ 0: 1000 }`. */
  rechunk(chunks: RechunkChunks, options: RechunkOptions = {}): LazyArray<D, R> {
    return new LazyArray(rechunk(this[NODE], chunks, options));
  }

  /**
   * Calls a function on every block. It gets the block and where it lies, and gives another: an `NDArray`, a typed
   * array of one axis, or a number of none. It may be `async`. What it writes to its block nobody else sees.
   *
   * @throws {BrambleError} when computed: `WRONG_RESULT` if a block has another shape or dtype than was said here.
   * @example
   * x.mapBlocks((block) => block.data.map((value) => value * 2));
   * x.mapBlocks((block) => new NDArray(Float64Array.of(block.size)), { chunks: [1], dtype: "float64" });
   */
  mapBlocks<const E extends DType = D, const O extends MapBlocksOptions<E> = MapBlocksOptions<E>>(
    f: BlockFunction<[NDArray<D>], E>,
    options?: O & { readonly dtype?: E | undefined },
  ): LazyArray<E, MappedRank<R, O>> {
    return new LazyArray(mapBlocks(f, [this], options ?? {}));
  }

  /** The same elements as another dtype: floats are cut off towards zero and saturate, integers wrap. */
  astype<const E extends DType>(dtype: E): LazyArray<E, R> {
    return new LazyArray(cast(this[NODE], checkDType(dtype, "dtype")));
  }

  /**
   * Computes the array.
   *
   * @returns an `NDArray`; of a 0-d array the number itself (a bigint of int64 and uint64, a boolean of bool).
   */
  async compute(options: ComputeOptions = {}): Promise<Computed<D, R>> {
    const [result] = await computeNodes([this[NODE]], options);
    return result as Computed<D, R>;
  }

  /**
   * Computes the array block by block, in row-major order, and gives each with where it lies. As many are computed at once
   * as there are workers, and as many more while somebody works with these, so that memory holds no more of them however
   * slowly they are taken. Whoever stops early computes no more. What reductions give that blocks are made of, such as
   * a mean, is computed once before; other steps that several blocks need may run again for each.
   *
   * @example
   * for await (const { block, start } of x.subtract(x.mean()).eachBlock()) send(block.data, start);
   */
  eachBlock(options: ComputeOptions = {}): AsyncGenerator<ComputedBlock<D>, void, undefined> {
    return eachBlock(this[NODE], options) as AsyncGenerator<ComputedBlock<D>, void, undefined>;
  }

  /** Computes the array block by block: what `eachBlock` gives, without where they lie. */
  async *[Symbol.asyncIterator](): AsyncGenerator<NDArray<D>, void, undefined> {
    for await (const { block } of this.eachBlock()) yield block;
  }

  /**
   * Computes the array into a dataset of an HDF5 file, which is made, or gets the dataset beside those it has. The file
   * appears, or changes, at once when all is written: a run that fails or is killed leaves what was there. For that a
   * file that is there is copied first.
   *
   * @throws {BrambleError} `FILE_EXISTS` if the dataset is there and `overwrite` is not set; `FILE_ACCESS`,
   *   `FILE_NOT_FOUND` for a folder that is not there, `DISK_FULL`, `INVALID_CHUNKS`.
   * @example
   * await x.toHDF5("out.h5", "/group/x", { compression: "gzip" });
   */
  toHDF5(
    path: string,
    dataset: string,
    options: ToHDF5Options & { readonly compute: false },
  ): LazyArray<"bool", "scalar">;
  toHDF5(path: string, dataset: string, options?: ToHDF5Options): Promise<void>;
  toHDF5(path: string, dataset: string, options: ToHDF5Options = {}): unknown {
    const build = (): Node => toHDF5(this[NODE], path, dataset, options);
    return isLater(options) ? new LazyArray(build()) : computeWrites(() => [build()], options);
  }

  /**
   * Computes the array into memory or a file that is there, or into a part of it, as `array.store` does for several: an
   * `NDArray`, a typed array, or an array that `openNpy`, `openRaw`, `openHDF5` or `openZarr` gave.
   *
   * @throws {BrambleError} `SHAPE_MISMATCH`, `OUT_OF_BOUNDS`; `INVALID_FILE` if somebody else changed the file meanwhile.
   * @example
   * await x.store(openZarr("data.zarr").get("x"), { regions: [["100:200", ":"]] });
   */
  store(
    target: StoreTarget,
    options: StoreOptions & { readonly compute: false },
  ): LazyArray<"bool", "scalar">;
  store(target: StoreTarget, options?: StoreOptions): Promise<void>;
  store(target: StoreTarget, options: StoreOptions = {}): unknown {
    if (isLater(options)) return new LazyArray(storeLater([this[NODE]], [target], options));
    return storeNodes([this[NODE]], [target], options);
  }

  /**
   * Computes the array into a folder in Zarr's format, chunks encoded on all cores. It appears at once when all is
   * written.
   *
   * @throws {BrambleError} `FILE_EXISTS` if something is there and `overwrite` is not set; `FILE_ACCESS`, `DISK_FULL`,
   *   `INVALID_CHUNKS`.
   * @example
   * await x.toZarr("data.zarr", { component: "group/x", chunks: [100, 100], chunksPerShard: 10 });
   */
  toZarr(path: string, options: ToZarrOptions & { readonly compute: false }): LazyArray<"bool", "scalar">;
  toZarr(path: string, options?: ToZarrOptions): Promise<void>;
  toZarr(path: string, options: ToZarrOptions = {}): unknown {
    const build = (): Node => toZarr(this[NODE], path, options);
    return isLater(options) ? new LazyArray(build()) : computeWrites(() => [build()], options);
  }

  /**
   * Computes the array into one file if the path ends in `.npy`, else into a folder of such files as Dask's
   * `to_npy_stack` does: `0.npy`, `1.npy` …, a block along one axis each. It appears at once when all is written.
   *
   * @throws {BrambleError} `FILE_EXISTS` if something is there and `overwrite` is not set; `FILE_ACCESS`,
   *   `FILE_NOT_FOUND`, `DISK_FULL`.
   */
  toNpy(path: string, options: ToNpyOptions & { readonly compute: false }): LazyArray<"bool", "scalar">;
  toNpy(path: string, options?: ToNpyOptions): Promise<void>;
  toNpy(path: string, options: ToNpyOptions = {}): unknown {
    const build = (): Node => toNpy(this[NODE], path, options);
    return isLater(options) ? new LazyArray(build()) : computeWrites(() => [build()], options);
  }

  /**
   * Computes the array into a file of its elements alone, little-endian and in row-major order, which `openRaw` reads.
   *
   * @throws {BrambleError} `FILE_EXISTS` if a file is there and `overwrite` is not set; `FILE_ACCESS`, `DISK_FULL`.
   */
  toRaw(path: string, options: ToFileOptions & { readonly compute: false }): LazyArray<"bool", "scalar">;
  toRaw(path: string, options?: ToFileOptions): Promise<void>;
  toRaw(path: string, options: ToFileOptions = {}): unknown {
    const build = (): Node => toRaw(this[NODE], path, options);
    return isLater(options) ? new LazyArray(build()) : computeWrites(() => [build()], options);
  }

  /** Computes the array now, and gives one of the same blocks that is in memory. */
  async persist(options: ComputeOptions = {}): Promise<LazyArray<D, R>> {
    return new LazyArray(await persist(this[NODE], options));
  }

  /** Its blocks as delayed values, in lists that are nested as the blocks are. */
  toDelayed(): NestedDelayed {
    return delayBlocks(this[NODE]);
  }

  /**
   * Draws the graph behind the array, into a file that ends in `.svg`, `.png` or `.dot` (Graphviz's language).
   *
   * @returns without a file the picture as SVG.
   * @throws {BrambleError} `INVALID_ARGUMENT` if there would be too many nodes; `FILE_NOT_FOUND` for a folder that is
   *   not there, `FILE_ACCESS`, `DISK_FULL`.
   * @example
   * await x.sum().visualize("graph.svg", { by: "task", color: "order" });
   */
  visualize(options?: VisualizeOptions): Promise<string>;
  visualize(file: string, options?: VisualizeOptions): Promise<void>;
  async visualize(file?: unknown, options?: unknown): Promise<string | void> {
    return visualizeNodes([this[NODE]], file, options);
  }

  /** The layers before and after optimisation, for people. */
  explain(options: ExplainOptions = {}): string {
    return explainNodes([this[NODE]], options);
  }

  [inspect.custom](): string {
    return describeArray(this[NODE]);
  }

  get [Symbol.toStringTag](): string {
    return "LazyArray";
  }
}

/** Gives every lazy array a method for a line of a table. */
function addMethod(name: string, method: (self: LazyArray, argument: unknown) => Node): void {
  Object.defineProperty(LazyArray.prototype, name, {
    value(this: LazyArray, argument: unknown): LazyArray {
      return new LazyArray(method(this, argument));
    },
    configurable: true,
    writable: true,
  });
}

for (const [name, operation] of Object.entries(UNARY)) {
  addMethod(name, (self) => elementwise(name, operation, [self]));
}
for (const [name, operation] of Object.entries(BINARY)) {
  addMethod(name, (self, other) => elementwise(name, operation, [self, other]));
}
for (const [name, rule] of Object.entries(REDUCTIONS)) {
  addMethod(name, (self, options = {}) => reduce(name, rule, self[NODE], options));
}
