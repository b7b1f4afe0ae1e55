import type { Delayed } from "../delayed/delayed.js";
import type { Bag } from "./bag.js";

/** What an item is told from others by: a function of it, or the name of a property. */
export type ItemKey<T, K = unknown> = ((item: T) => K) | (keyof T & (string | number));

/** Further arguments of a function of items. */
export type Lent<A extends readonly unknown[]> = { [I in keyof A]: A[I] | Bag<A[I]> | Delayed<A[I]> };

/** How a result is put together. */
export interface SplitOptions {
  /** How many parts a step merges. Default: 8. */
  readonly splitEvery?: number | undefined;
}

/** How a variance is taken. */
export interface VarianceOptions extends SplitOptions {
  /** What is taken off the number of items that is divided by. Default: 0. */
  readonly ddof?: number | undefined;
}

/** How frequencies are ordered. */
export interface FrequenciesOptions extends SplitOptions {
  /** Whether the most frequent items come first. Default: false. */
  readonly sort?: boolean | undefined;
}

/** How a fold begins, and how the states of partitions become one. */
export interface FoldOptions<S> extends SplitOptions {
  /** The state that each partition begins with; a copy, which `binop` may write to. Default: its first item. */
  readonly initial?: S;
  /** Makes one state of two. Default: `binop`. */
  combine?(a: S, b: S): S | PromiseLike<S>;
}

/** The same for each key; functions are not async. */
export interface FoldByOptions<S> extends SplitOptions {
  /** The state that each key begins with in each partition; a copy. Default: its first item. */
  readonly initial?: S;
  /** Makes one state of two. Default: `binop`. */
  combine?(a: S, b: S): S;
  /** What the state of each key is combined with at the end. */
  readonly combineInitial?: S;
}

/** How items are grouped. */
export interface GroupByOptions {
  /** How many partitions the groups come into. Default: as many as there are. */
  readonly npartitions?: number | undefined;
}

/** How chance is bound. */
export interface DrawOptions {
  /** An integer that decides what is drawn, together with the partitions. Default: a new one for each bag. */
  readonly seed?: number | undefined;
}
