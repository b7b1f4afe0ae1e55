import type { Delayed } from "../delayed/index.js";
import { Bag } from "./bag.js";
import { fromDelayed, fromSequence, type PartitionOptions, range } from "./create.js";

/** Makes bags: items of any kind, in partitions, that functions run over in parallel. */
export const bag = {
  /**
   * A bag of items of a list or another iterable. They are taken as they are now.
   *
   * @throws {BrambleError} `CANNOT_TRAVEL` for items that no other process can have.
   */
  fromSequence: <T>(items: Iterable<T>, options: PartitionOptions = {}): Bag<T> =>
    new Bag(fromSequence(items, options)),

  /** A bag of the integers from 0 up to, but not including, `count`. They are made where they are needed. */
  range: (count: number, options: PartitionOptions = {}): Bag<number> => new Bag(range(count, options)),

  /** A bag whose partitions are delayed lists, or other iterables, of items. */
  fromDelayed: <T>(values: Delayed<Iterable<T>> | readonly Delayed<Iterable<T>>[]): Bag<T> =>
    new Bag(fromDelayed(values)),
} as const;
