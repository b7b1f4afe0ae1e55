import { getEntry } from "../../delayed/helpers.js";
import { Counter, type Counts } from "./counter.js";
import { Keyed, type KeyedParts, pairsOf } from "./keyed.js";
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
  const counter = new Counter();
  return {
    push: (batch) => counter.count(batch),
    result: () => counter.counts,
  };
}

/** The same of the parts. */
export function frequenciesParts(parts: readonly Counts[]): Counts {
  const whole = new Counter();
  for (const part of parts) whole.addAll(part);
  return whole.counts;
}

/** Items and how often they occur, in the order in which they were first met or the most frequent first. */
export function finishFrequencies(isSorted: boolean, { items, counts }: Counts): Batch {
  const pairs = items.map((item, number): [unknown, number] => [item, counts[number] ?? 0]);
  return isSorted ? pairs.sort(([, a], [, b]) => b - a) : pairs;
}

/** The first item of each key. */
export function distinct(key: Key): Sink {
  const whole = new Keyed<unknown>();
  return {
    push: (batch) =>
      andThen(keysOf(key, batch), (keys) => {
        for (const [index, item] of batch.entries()) whole.add(keys[index], item);
      }),
    result: () => whole.parts,
  };
}

/** The same of the parts. */
export function distinctParts(parts: readonly KeyedParts<unknown>[]): KeyedParts<unknown> {
  const whole = new Keyed<unknown>();
  for (const part of parts) for (const [key, item] of pairsOf(part)) whole.add(key, item);
  return whole.parts;
}

/** The items. */
export function finishDistinct({ values }: KeyedParts<unknown>): Batch {
  return [...values];
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
    for (const [key, value] of pairsOf(part)) {
      whole.update(key, (before) => (before === undefined ? value : combine(before, value)));
    }
  }
  return whole.parts;
}

/** Keys and values, each of which a value to begin with may be combined with. */
export function finishFoldBy(combine: Fn, initial: Part, parts: KeyedParts<unknown>): Batch {
  const pairs = pairsOf(parts);
  return initial === undefined
    ? pairs
    : pairs.map(([key, value]) => [key, combine(fresh(initial.value), value)]);
}
