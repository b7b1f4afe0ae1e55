import { Future } from "./future.js";

/** A structure with results in the place of futures. */
export type Gathered<T> =
  T extends Future<infer R>
    ? R
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Gathered<T[K]> }
      : T extends ReadonlyMap<infer K, infer V>
        ? Map<K, Gathered<V>>
        : T extends ReadonlySet<infer V>
          ? Set<Gathered<V>>
          : T extends Readonly<Record<string, unknown>>
            ? { -readonly [K in keyof T]: Gathered<T[K]> }
            : T;

/** Puts results in the place of the futures of a structure of lists, objects, maps and sets. */
export async function gatherFrom(
  value: unknown,
  resultOf: (future: Future) => Promise<unknown>,
): Promise<unknown> {
  const futures = new Set<Future>();
  collectFutures(value, futures);
  const all = [...futures];
  const results = await Promise.all(all.map(resultOf));
  const byFuture = new Map<unknown, unknown>(all.map((future, index) => [future, results[index]]));
  return substitute(value, byFuture);
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function collectFutures(value: unknown, found: Set<Future>): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Future) found.add(value as Future);
  else if (Array.isArray(value) || value instanceof Set)
    for (const entry of value) collectFutures(entry, found);
  else if (value instanceof Map) for (const entry of value.values()) collectFutures(entry, found);
  else if (isPlain(value)) for (const entry of Object.values(value)) collectFutures(entry, found);
}

function substitute(value: unknown, results: ReadonlyMap<unknown, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (results.has(value)) return results.get(value);
  const entry = (part: unknown): unknown => substitute(part, results);
  if (Array.isArray(value)) return value.map(entry);
  if (value instanceof Set) return new Set([...value].map(entry));
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, entry(part)]));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, entry(part)]));
}
