import { isPromise } from "../../executors/run-call.js";

/** Items of a partition that go through its steps together: few enough to stay in the cache. */
export type Batch = unknown[];

/** A value, or a promise of it: only functions that give promises make anybody wait. */
export type Awaitable<T> = T | PromiseLike<T>;

/** A step under way, for one partition. */
export interface Stage {
  /** What becomes of some items, in order. */
  push(batch: Batch): Awaitable<Batch>;
  /** What is left when there are no more items. */
  end?(): Awaitable<Batch>;
}

/** What takes the items at the end of all steps. */
export interface Sink {
  push(batch: Batch): Awaitable<void>;
  /** What the partition gives. */
  result(): unknown;
}

/** Waits where there is something to wait for. */
export function andThen<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isPromise(value) ? (value as PromiseLike<T>).then(next) : next(value as T);
}

/** The results of calls; a promise if there is one among them. */
export function settled(results: Batch): Awaitable<Batch> {
  return results.some(isPromise) ? Promise.all(results) : results;
}
