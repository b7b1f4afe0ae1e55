import { getEntry } from "../../delayed/helpers.js";
import { Keyed, type KeyedParts, keyOf } from "./keys.js";
import { fresh, type Part } from "./sinks.js";
import { type Awaitable, type Batch, settled, type Sink, andThen } from "./stage.js";

type Fn = (...args: unknown[]) => unknown;

/** What a key says of an item: a function of it, the name of a property, or the item itself. */
export type Key = Fn | string | number | undefined;

/** The keys of items. */
export function keysOf(key: Key, batch: Batch): Awaitable<Batch> {
  if (key === undefined) return batch;
  if (typeof key === "function") return settled(batch.map((item) => key(item)));
  return batch.map((item) => getEntry(item, key));
}

/** How often each item occurs. */
export function frequencies(): Sink {
  // Counters that are written to in place: an item that was met before is looked up once.
  const counters = new Keyed<{ count: number }>();
  const countItem = (item: unknown): void => {
    const counter = counters.get(item);
    if (counter === undefined) counters.update(item, () => ({ count: 1 }));
    else counter.count += 1;
  };
  return {
    push: (batch) => {
      for (const item of batch) countItem(item);
    },
    result: () => counters.map(({ count }) => count).parts,
  };
}

/** The same of the parts. */
export function frequenciesParts(parts: readonly KeyedParts<number>[]): KeyedParts<number> {
  const whole = new Keyed<number>();
  for (const part of parts) {
    for (const [item, count] of new Keyed(part).pairs()) whole.update(item, (before = 0) => before + count);
  }
  return whole.parts;
}

/** Items and how often they occur, in the order in which they were first met or the most frequent first. */
export function finishFrequencies(isSorted: boolean, parts: KeyedParts<number>): Batch {
  const pairs = new Keyed(parts).pairs();
  return isSorted ? pairs.sort(([, a], [, b]) => b - a) : pairs;
}

/** The first item of each key. */
export function distinct(key: Key): Sink {
  const whole = new Map<unknown, unknown>();
  return {
    push: (batch) =>
      andThen(keysOf(key, batch), (keys) => {
        for (const [index, item] of batch.entries()) {
          const name = keyOf(keys[index]);
          if (!whole.has(name)) whole.set(name, item);
        }
      }),
    result: () => whole,
  };
}

/** The same of the parts. */
export function distinctParts(parts: readonly Map<unknown, unknown>[]): Map<unknown, unknown> {
  const whole = new Map<unknown, unknown>();
  for (const part of parts) {
    for (const [name, item] of part) if (!whole.has(name)) whole.set(name, item);
  }
  return whole;
}

/** The items. */
export function finishDistinct(whole: Map<unknown, unknown>): Batch {
  return [...whole.values()];
}

/** An item and what it is ranked by. */
type Ranked = readonly [rank: unknown, item: unknown];

/** The `most` items of the highest rank; of equal ones the first. */
export function topk(most: number, key: Key): Sink {
  let best: Ranked[] = [];
  return {
    push: (batch) =>
      andThen(keysOf(key, batch), (keys) => {
        best.push(...batch.map((item, index) => [keys[index], item] as const));
        if (best.length > 4 * most + 4096) best = highest(best, most);
      }),
    result: () => highest(best, most),
  };
}

/** The same of the parts. */
export function topkParts(most: number, parts: readonly (readonly Ranked[])[]): Ranked[] {
  return highest(parts.flat(1), most);
}

/** The items. */
export function finishTopk(best: readonly Ranked[]): Batch {
  return best.map(([, item]) => item);
}

function highest(ranked: Ranked[], most: number): Ranked[] {
  return ranked.sort(([a], [b]) => compare(b, a)).slice(0, most);
}

/** The order of numbers, strings, dates, and of lists of such entry by entry. NaN and undefined come first. */
export function compare(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
      const order = compare(a[at], b[at]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if ((a as number) < (b as number)) return -1;
  if ((a as number) > (b as number)) return 1;
  return Number(isRanked(a)) - Number(isRanked(b));
}

function isRanked(value: unknown): boolean {
  return value !== undefined && !Number.isNaN(value);
}

/** What a function of two makes of the items of each key. */
export function foldBy(key: Key, binop: Fn, initial: Part): Sink {
  const whole = new Keyed<unknown>();
  return {
    push: (batch) =>
      andThen(keysOf(key, batch), (keys) => {
        for (const [index, item] of batch.entries()) {
          whole.update(keys[index], (before) => {
            if (before !== undefined) return binop(before, item);
            return initial === undefined ? item : binop(fresh(initial.value), item);
          });
        }
      }),
    result: () => whole.parts,
  };
}

/** The same of the parts. */
export function foldByParts(combine: Fn, parts: readonly KeyedParts<unknown>[]): KeyedParts<unknown> {
  const whole = new Keyed<unknown>();
  for (const part of parts) {
    for (const [key, value] of new Keyed(part).pairs()) {
      whole.update(key, (before) => (before === undefined ? value : combine(before, value)));
    }
  }
  return whole.parts;
}

/** Keys and values, each of which a value to begin with may be combined with. */
export function finishFoldBy(combine: Fn, initial: Part, parts: KeyedParts<unknown>): Batch {
  const pairs = new Keyed(parts).pairs();
  return initial === undefined
    ? pairs
    : pairs.map(([key, value]) => [key, combine(fresh(initial.value), value)]);
}
