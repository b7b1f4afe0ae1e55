import { describe } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { isPromise } from "../../executors/run-call.js";
import { getEntry } from "../../delayed/helpers.js";
import { type Awaitable, type Batch, settled, type Stage, andThen } from "./stage.js";

type Fn = (...args: unknown[]) => unknown;

/** What a function gives for each item. */
export function map(fn: Fn): Stage {
  return { push: (batch) => settled(batch.map((item) => fn(item))) };
}

/** What a function gives for each item that is a list of arguments. */
export function starmap(fn: Fn): Stage {
  return { push: (batch) => settled(batch.map((item) => fn(...(item as unknown[])))) };
}

/** The items for which a function says yes, or those for which it says no. */
export function filter(predicate: Fn, wanted: boolean): Stage {
  return {
    push: (batch) => {
      const answers = settled(batch.map((item) => predicate(item)));
      return andThen(answers, (said) => batch.filter((_, index) => Boolean(said[index]) === wanted));
    },
  };
}

/** A property of each item, or a list of some; without a default it must be there. */
export function pluck(keys: unknown, fallback: { readonly value: unknown } | undefined): Stage {
  const get = (item: unknown, key: unknown): unknown => {
    const found = getEntry(item, key);
    if (found !== undefined || (typeof item === "object" && item !== null && hasEntry(item, key)))
      return found;
    if (fallback !== undefined) return fallback.value;
    throw new BrambleError(
      "INVALID_VALUE",
      `${describe(item)} has no ${describe(key)}, and \`pluck\` was given no default`,
    );
  };
  return {
    push: (batch) =>
      Array.isArray(keys)
        ? batch.map((item) => keys.map((key) => get(item, key)))
        : batch.map((item) => get(item, keys)),
  };
}

function hasEntry(item: object, key: unknown): boolean {
  return item instanceof Map ? item.has(key) : (key as PropertyKey) in item;
}

/** The items of items. */
export function flatten(): Stage {
  return {
    push: (batch) => {
      const flat: Batch = [];
      for (const item of batch) {
        if (!isIterable(item)) {
          throw new BrambleError(
            "INVALID_VALUE",
            `\`flatten\` wants items that are lists or other iterables, not ${describe(item)}`,
          );
        }
        for (const inner of item) flat.push(inner);
      }
      return flat;
    },
  };
}

/** What a function gives for the list of all items. */
export function mapPartitions(fn: Fn, ...argsAndInfo: readonly unknown[]): Stage {
  const args = argsAndInfo.slice(0, -1);
  // A list of our own: the function may write to it.
  const all: Batch = [];
  return {
    push: (batch) => {
      append(all, batch);
      return [];
    },
    end: () => andThen(fn(all, ...args) as Awaitable<unknown>, listOf),
  };
}

/** An argument that stands beside items: the items of a partition, or one value for all. */
export interface Beside {
  readonly isList: boolean;
  readonly value: unknown;
}

/** What a function gives for each item and what stands beside it; without a function the list of these. */
export function mapWith(fn: Fn | undefined, beside: readonly Beside[]): Stage {
  const lengths = beside.flatMap(({ isList, value }) => (isList ? [(value as Batch).length] : []));
  const shortest = Math.min(...lengths);
  let at = 0;
  const call = (item: unknown): unknown => {
    const others = beside.map(({ isList, value }) => (isList ? (value as Batch)[at] : value));
    at += 1;
    return fn === undefined ? [item, ...others] : fn(item, ...others);
  };
  return {
    push: (batch) => {
      if (at + batch.length > shortest) throw unequal(`more than ${shortest}`, lengths);
      return fn === undefined ? batch.map(call) : settled(batch.map(call));
    },
    end: () => {
      if (lengths.some((length) => length !== at)) throw unequal(String(at), lengths);
      return [];
    },
  };
}

function unequal(own: string, others: readonly number[]): BrambleError {
  return new BrambleError(
    "SHAPE_MISMATCH",
    `Bags that are put together item by item need partitions of the same lengths: one has ${own} items, the ` +
      `other${others.length === 1 ? "" : "s"} ${others.join(", ")}`,
  );
}

/** Items as rows of the columns of these names: objects, of which only these count, or lists of values in their order. */
export function rowsOf(names: readonly string[]): Stage {
  const rowOf = (item: unknown): object => {
    if (typeof item !== "object" || item === null) {
      throw new BrambleError(
        "INVALID_VALUE",
        `Rows of a data frame are objects or lists of values, not ${describe(item)}`,
      );
    }
    const values = Array.isArray(item) ? item : names.map((name) => (item as Record<string, unknown>)[name]);
    return Object.fromEntries(names.map((name, at) => [name, (values as unknown[])[at]]));
  };
  return { push: (batch) => batch.map(rowOf) };
}

/** Appends to a list; there may be more items than a call takes arguments. */
export function append(list: Batch, items: Batch): Batch {
  for (const item of items) list.push(item);
  return list;
}

/** The items of what a function of a partition gave. */
async function collect(items: AsyncIterable<unknown>): Promise<Batch> {
  const list: Batch = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What a function of a partition gave as a list. */
export function listOf(value: unknown): Awaitable<Batch> {
  if (Array.isArray(value)) return value;
  if (isIterable(value) && typeof value !== "string") return [...value];
  if (typeof value === "object" && value !== null && Symbol.asyncIterator in value) {
    return collect(value as AsyncIterable<unknown>);
  }
  if (isPromise(value)) return Promise.resolve(value).then(listOf);
  throw new BrambleError(
    "WRONG_RESULT",
    `A function of partitions must give a list or another iterable, and gave ${describe(value)}`,
  );
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === "string" || (typeof value === "object" && value !== null && Symbol.iterator in value)
  );
}
