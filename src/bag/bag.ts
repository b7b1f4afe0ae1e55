import { inspect } from "node:util";
import { type ComputeOptions, type ExplainOptions, explainNodes } from "../array/compute.js";
import { checkInteger } from "../check.js";
import * as combine from "./combine.js";
import type { Schema } from "../dataframe/column-type.js";
import { DataFrame } from "../dataframe/data-frame.js";
import type { Delayed } from "../delayed/index.js";
import { type Task, TASK } from "../delayed/task.js";
import { type VisualizeOptions, visualizeNodes } from "../diagnostics/visualize.js";
import { frameOf } from "./frame.js";
import { iterate, take, type TakeOptions } from "./iterate.js";
import { type Item, itemOfNode } from "./item.js";
import { bagTask, computeItems, delayPartitions, persistRecipe } from "./leave.js";
import { type PartitionSizeOptions, repartition, repartitionBySize } from "./repartition.js";
import * as reductions from "./reductions.js";
import { itemsNode, RECIPE, type Recipe } from "./recipe.js";
import * as steps from "./steps.js";
import {
  toAvro,
  toJSONLines,
  toTextFiles,
  type WriteAvroOptions,
  type WriteOptions,
  type WriteTextOptions,
} from "./write.js";
import type {
  FoldByOptions,
  FoldOptions,
  FrequenciesOptions,
  GroupByOptions,
  ItemKey,
  Lent,
  SplitOptions,
  VarianceOptions,
} from "./types.js";

/**
 * Items of any kind in some order, in partitions, that are yet to be computed. It never changes: every method gives a
 * new bag. Functions may be async. What follows one another item by item is made in one go, partition by partition, and
 * items stay where they are made until somebody needs them elsewhere.
 *
 * @example
 * await bag.fromSequence([1, 2, 3, 4, 5]).map((x) => x * 2).filter((x) => x > 4).compute(); // [6, 8, 10]
 */
export class Bag<out T = unknown> implements AsyncIterable<T> {
  /** How it is made. */
  readonly [RECIPE]: Recipe;
  /** Names `T` for the compiler; there is no such field. */
  declare protected readonly item: T;

  /** Made by `bag`, not by hand. */
  constructor(recipe: Recipe) {
    this[RECIPE] = recipe;
  }

  /** The list of all items as a delayed value, which it is to whoever takes such. */
  get [TASK](): Task {
    return bagTask(this[RECIPE]);
  }

  /** How many partitions. */
  get npartitions(): number {
    return this[RECIPE].count;
  }

  /**
   * What a function gives for each item.
   *
   * @param args - further arguments: those of bags item by item, those of delayed values and others as they are.
   * @throws on compute, {BrambleError} `SHAPE_MISMATCH` if partitions of the bags have not the same lengths.
   */
  map<U, A extends readonly unknown[] = []>(
    fn: (item: T, ...args: A) => U,
    ...args: Lent<A>
  ): Bag<Awaited<U>> {
    return new Bag(steps.map(this[RECIPE], fn, args));
  }

  /** What a function gives for each item, which is the list of its arguments. */
  starmap<U>(fn: (...args: T extends readonly unknown[] ? [...T] : never) => U): Bag<Awaited<U>> {
    return new Bag(steps.starmap(this[RECIPE], fn));
  }

  /** The items for which a function says yes. */
  filter<U extends T>(predicate: (item: T) => item is U): Bag<U>;
  filter(predicate: (item: T) => unknown): Bag<T>;
  filter(predicate: (item: T) => unknown): Bag<T> {
    return new Bag(steps.filter(this[RECIPE], predicate, true));
  }

  /** The items for which a function says no. */
  remove(predicate: (item: T) => unknown): Bag<T> {
    return new Bag(steps.filter(this[RECIPE], predicate, false));
  }

  /**
   * What a function makes of each partition.
   *
   * @param fn - is given a list of items, which it may write to, and gives a list, or another iterable, of items.
   * @param args - further arguments; of a bag the list of the partition with the same number.
   */
  mapPartitions<U, A extends readonly unknown[] = []>(
    fn: (items: T[], ...args: A) => Iterable<U> | AsyncIterable<U> | PromiseLike<Iterable<U>>,
    ...args: { [I in keyof A]: unknown }
  ): Bag<U> {
    return new Bag(steps.mapPartitions(this[RECIPE], fn, args));
  }

  /**
   * A property of each item, an entry of a list or a `Map`; of a list of names the list of these.
   *
   * @param fallback - what stands for it where it is not there, which otherwise is an error.
   */
  pluck<K extends keyof T>(key: K, ...fallback: readonly [fallback?: unknown]): Bag<T[K]>;
  pluck<const K extends readonly (keyof T)[]>(
    keys: K,
    ...fallback: readonly [fallback?: unknown]
  ): Bag<{ -readonly [I in keyof K]: T[K[I] & keyof T] }>;
  pluck(key: unknown, ...fallback: readonly [fallback?: unknown]): Bag;
  pluck(key: unknown, ...fallback: readonly [fallback?: unknown]): Bag {
    return new Bag(steps.pluck(this[RECIPE], key, fallback));
  }

  /** The items of the items, which are lists or other iterables. */
  flatten(): Bag<T extends Iterable<infer U> ? U : unknown> {
    return new Bag(steps.flatten(this[RECIPE]));
  }

  /**
   * Each item with those of other bags at the same place, as a list.
   *
   * @throws on compute, {BrambleError} `SHAPE_MISMATCH` if partitions have not the same lengths.
   */
  zip<O extends readonly Bag[]>(
    ...others: O
  ): Bag<[T, ...{ -readonly [I in keyof O]: O[I] extends Bag<infer U> ? U : never }]> {
    return new Bag(steps.zip(this[RECIPE], others));
  }

  /** The lists at place 0, 1, … of items that are lists of `count` entries, as so many bags. */
  unzip<N extends number>(count: N): Bag<T extends readonly (infer U)[] ? U : unknown>[] {
    const places = Array.from({ length: checkInteger(count, "count", 0) }, (_, place) => place);
    return places.map((place) => new Bag(steps.pluck(this[RECIPE], place, [])));
  }

  /** All pairs of an item of this bag and one of another; there are as many partitions as pairs of these. */
  product<U>(other: Bag<U>): Bag<[T, U]> {
    return new Bag(combine.product(this[RECIPE], other));
  }

  /**
   * Each item with those of a list that have the same key: `[other, item]`.
   *
   * @param other - what fits into memory: an iterable, a delayed list, or a bag.
   * @param onSelf - the key of an item: a function of it, or the name of a property.
   * @param onOther - the same of the others. Default: `onSelf`.
   */
  join<U>(
    other: Iterable<U> | Bag<U> | Delayed<Iterable<U>>,
    onSelf: ItemKey<T>,
    onOther?: ItemKey<U>,
  ): Bag<[other: U, item: T]> {
    return new Bag(combine.join(this[RECIPE], other, { own: onSelf, theirs: onOther }));
  }

  /**
   * What a function of two makes of one item after the other, with all states that lie between. Partitions wait for one
   * another. With the option `initial`, the state to begin with, that is the first item; else the first item is.
   */
  accumulate(binop: (state: T, item: T) => T | PromiseLike<T>): Bag<T>;
  accumulate<S>(binop: (state: S, item: T) => S | PromiseLike<S>, options: { readonly initial: S }): Bag<S>;
  accumulate(binop: unknown, options: object = {}): Bag<never> {
    return new Bag(combine.accumulate(this[RECIPE], binop, options));
  }

  /**
   * The items of each key: `[key, items]`. All items go through files in the folder `memory.spillFolder`, so that only the
   * groups of one partition are in memory. `foldBy` and `frequencies` take less where they serve.
   *
   * @param key - a function of an item, or the name of a property. What is equal in content is one key.
   */
  groupBy<K = unknown>(key: ItemKey<T, K>, options: GroupByOptions = {}): Bag<[key: K, items: T[]]> {
    return new Bag(combine.groupBy(this[RECIPE], key, options));
  }

  /**
   * The same items in so many partitions, or in partitions of some size. Fewer are made of neighbours, more of parts of one.
   * How large partitions are is known only when they are computed, so that with `partitionSize` they are computed once now.
   */
  repartition(npartitions: number): Bag<T>;
  repartition(options: PartitionSizeOptions): Promise<Bag<T>>;
  repartition(wanted: unknown): unknown {
    if (typeof wanted !== "object" || wanted === null) return new Bag(repartition(this[RECIPE], wanted));
    return repartitionBySize(this[RECIPE], wanted).then((recipe) => new Bag(recipe));
  }

  /** Items that chance lets through, each with this probability. The same seed and partitions give the same items. */
  randomSample(probability: number, seed?: number): Bag<T> {
    return new Bag(combine.randomSample(this[RECIPE], probability, seed));
  }

  /**
   * What a function of two makes of one item after the other.
   *
   * @param binop - is given the state and an item, and gives the state. Without `initial` the first item is the state.
   */
  fold(binop: (state: T, item: T) => T | PromiseLike<T>, options?: FoldOptions<T>): Item<T>;
  fold<S>(
    binop: (state: S, item: T) => S | PromiseLike<S>,
    options: FoldOptions<S> & { readonly initial: S },
  ): Item<S>;
  fold(binop: unknown, options: object = {}): Item<never> {
    return itemOfNode(reductions.fold(this[RECIPE], binop, options));
  }

  /**
   * What a function makes of what another makes of each partition.
   *
   * @param perPartition - is given the list of the items of a partition.
   * @param aggregate - is given a list of what `perPartition`, or `aggregate` itself, has given.
   */
  reduction<P, R>(
    perPartition: (items: T[]) => P,
    aggregate: (parts: Awaited<P>[]) => R,
    options: SplitOptions = {},
  ): Item<Awaited<R>> {
    return itemOfNode(reductions.reduction(this[RECIPE], { perPartition, aggregate }, options));
  }

  /** The sum of numbers, or of bigints; 0 of nothing. */
  sum(options: SplitOptions = {}): Item<T extends bigint ? bigint : number> {
    return itemOfNode(reductions.sum(this[RECIPE], options));
  }

  /** The least item by `<`. NaN counts as less than anything. @throws on compute, `EMPTY_REDUCTION` */
  min(options: SplitOptions = {}): Item<T> {
    return itemOfNode(reductions.extremum(this[RECIPE], "min", options));
  }

  /** The greatest item by `>`. NaN counts as greater than anything. @throws on compute, `EMPTY_REDUCTION` */
  max(options: SplitOptions = {}): Item<T> {
    return itemOfNode(reductions.extremum(this[RECIPE], "max", options));
  }

  /** The mean of numbers; NaN of nothing. */
  mean(options: SplitOptions = {}): Item<number> {
    return itemOfNode(reductions.mean(this[RECIPE], options));
  }

  /** The variance of numbers; NaN of no more than `ddof` of them. */
  var(options: VarianceOptions = {}): Item<number> {
    return itemOfNode(reductions.spread(this[RECIPE], "var", options));
  }

  /** The standard deviation of numbers: the root of the variance. */
  std(options: VarianceOptions = {}): Item<number> {
    return itemOfNode(reductions.spread(this[RECIPE], "std", options));
  }

  /** Whether an item is true. */
  any(options: SplitOptions = {}): Item<boolean> {
    return itemOfNode(reductions.any(this[RECIPE], options));
  }

  /** Whether all items are true. */
  all(options: SplitOptions = {}): Item<boolean> {
    return itemOfNode(reductions.all(this[RECIPE], options));
  }

  /** How many items. */
  count(options: SplitOptions = {}): Item<number> {
    return itemOfNode(reductions.count(this[RECIPE], options));
  }

  /**
   * The `k` highest items, the highest first; of equal ones those that come first.
   *
   * @param key - by what: a function of an item, or the name of a property. Default: the item. Lists are compared entry
   *   by entry.
   */
  topk(k: number, key?: ItemKey<T>, options: SplitOptions = {}): Bag<T> {
    return new Bag(reductions.topk(this[RECIPE], { k: checkInteger(k, "k", 1), key }, options));
  }

  /** Every item once, the first of each key: what is equal in content is equal. The order is that of the items. */
  distinct(key?: ItemKey<T>, options: SplitOptions = {}): Bag<T> {
    return new Bag(reductions.distinct(this[RECIPE], key, options));
  }

  /** Every item once, with how often it occurs: `[item, count]`. The order is that of the items, if not sorted. */
  frequencies(options: FrequenciesOptions = {}): Bag<[item: T, count: number]> {
    return new Bag(reductions.frequencies(this[RECIPE], options));
  }

  /**
   * What a function of two makes of the items of each key, one after the other: `[key, state]`. It moves one state a
   * key and partition, where `groupBy` moves all items.
   *
   * @param key - a function of an item, or the name of a property.
   */
  foldBy<K = unknown>(
    key: ItemKey<T, K>,
    binop: (state: T, item: T) => T,
    options?: FoldByOptions<T>,
  ): Bag<[key: K, state: T]>;
  foldBy<S, K = unknown>(
    key: ItemKey<T, K>,
    binop: (state: S, item: T) => S,
    options: FoldByOptions<S> & { readonly initial: S },
  ): Bag<[key: K, state: S]>;
  foldBy(key: unknown, binop: unknown, options: object = {}): Bag<[never, never]> {
    return new Bag(reductions.foldBy(this[RECIPE], { key, binop }, options));
  }

  /** The first `k` items. It computes no more partitions than it needs. */
  take(k: number, options: TakeOptions = {}): Promise<T[]> {
    return take(this[RECIPE], checkInteger(k, "k", 0), options) as Promise<T[]>;
  }

  /**
   * Computes all items, with `processes` unless somebody says otherwise.
   *
   * @throws what the function that failed threw, with the call in a field `task`.
   */
  compute(options: ComputeOptions = {}): Promise<T[]> {
    return computeItems(this[RECIPE], options) as Promise<T[]>;
  }

  /** Computes all items now, and gives a bag of the same partitions that has them in memory. */
  async persist(options: ComputeOptions = {}): Promise<Bag<T>> {
    return new Bag(await persistRecipe(this[RECIPE], options));
  }

  /**
   * Writes the items, which are texts, to a file for each partition: `out/*.txt`. All files are there at the end, or none.
   *
   * @param path - with an asterisk for the number of the partition, or a list of paths in one folder. The folder is made;
   *   a name without an asterisk is a folder. Files of these names are replaced.
   * @returns the paths.
   * @throws {BrambleError} `FILE_EXISTS` while another writes to the folder, `FILE_ACCESS`, `DISK_FULL`.
   */
  toTextFiles(path: string | readonly string[], options: WriteTextOptions = {}): Promise<string[]> {
    return toTextFiles(this[RECIPE], path, options);
  }

  /** Writes the items as JSON, one a line, to a file for each partition, as `toTextFiles` does. */
  toJSONLines(path: string | readonly string[], options: WriteOptions = {}): Promise<string[]> {
    return toJSONLines(this[RECIPE], path, options);
  }

  /**
   * Writes the items to an Avro file for each partition, as `toTextFiles` does.
   *
   * @param schema - of an item, as Avro writes it in JSON.
   * @throws {BrambleError} `INVALID_VALUE`, which names the field of an item that does not fit.
   */
  toAvro(
    path: string | readonly string[],
    schema: unknown,
    options: WriteAvroOptions = {},
  ): Promise<string[]> {
    return toAvro(this[RECIPE], path, schema, options);
  }

  /** Each partition as a delayed list. */
  toDelayed(): Delayed<T[]>[] {
    return delayPartitions(this[RECIPE]) as Delayed<T[]>[];
  }

  /**
   * Draws the graph behind the bag into a file that ends in `.svg`, `.png` or `.dot` (Graphviz's language). Functions of
   * items that follow each other are one call.
   *
   * @returns without a file the picture as SVG.
   * @throws {BrambleError} `INVALID_ARGUMENT` if there would be too many nodes; `FILE_NOT_FOUND` for a folder that is
   *   not there, `FILE_ACCESS`, `DISK_FULL`.
   */
  visualize(options?: VisualizeOptions): Promise<string>;
  visualize(file: string, options?: VisualizeOptions): Promise<void>;
  async visualize(file?: unknown, options?: unknown): Promise<string | void> {
    return visualizeNodes([itemsNode(this[RECIPE])], file, options);
  }

  /** The layers before and after optimisation, for people. */
  explain(options: ExplainOptions = {}): string {
    return explainNodes([itemsNode(this[RECIPE])], options);
  }

  /**
   * A data frame with a row for each item, which is an object or a list of values by the columns' names. It is computed when
   * the frame is.
   *
   * @param options - `schema`: the columns and their types, in order: nobody calls functions to find out.
   */
  toDataFrame<const S extends Schema>(options: { readonly schema: S }): DataFrame<S> {
    return new DataFrame(frameOf(this[RECIPE], options));
  }

  /** The items in order, computed some partitions at a time, so that no more than these are in memory. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return iterate(this[RECIPE]) as AsyncGenerator<T, void, undefined>;
  }

  toString(): string {
    const { label, count } = this[RECIPE];
    return `Bag(${label}, ${count} partition${count === 1 ? "" : "s"})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  get [Symbol.toStringTag](): string {
    return "Bag";
  }
}
