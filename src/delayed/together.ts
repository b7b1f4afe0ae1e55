import { COMPUTE_OPTIONS } from "../array/compute.js";
import { hasNode } from "../array/operand.js";
import { computeMany } from "./compute.js";
import { hasTask } from "./task.js";
import type { Resolved } from "./types.js";

/**
 * Computes arrays and delayed values together: what they have in common is made once. They may stand in lists,
 * objects, maps and sets. The last argument may be options.
 *
 * @returns the values, in order.
 * @example
 * const [sum, rows] = await compute(x.sum(), { first: delayed(read)(path) }, { scheduler: "sync" });
 */
export async function compute<const T extends readonly unknown[]>(
  ...values: T
): Promise<{ -readonly [I in keyof T]: Resolved<T[I]> }> {
  const [wanted, options] = splitOptions(values);
  const leaves = new Set<object>();
  for (const value of wanted) collectLeaves(value, leaves, new Set());
  const results = await computeMany([...leaves], options);
  const byLeaf = new Map([...leaves].map((leaf, index) => [leaf, results[index]]));
  return wanted.map((value) => substitute(value, byLeaf)) as { -readonly [I in keyof T]: Resolved<T[I]> };
}

const OPTION_NAMES: ReadonlySet<string> = new Set<string>(COMPUTE_OPTIONS);

/** The options at the end, if there are any. */
function splitOptions(values: readonly unknown[]): [values: readonly unknown[], options: unknown] {
  const last = values.at(-1);
  const isOptions =
    isPlain(last) && Object.entries(last).every(([key, value]) => OPTION_NAMES.has(key) && !isLeaf(value));
  return isOptions ? [values.slice(0, -1), last] : [values, {}];
}

function isLeaf(value: unknown): value is object {
  return hasNode(value) || hasTask(value);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** What is in a structure; undefined if it is none. */
function entriesOf(value: object): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value].flat(1);
  if (value instanceof Set) return [...value];
  return isPlain(value) ? Object.values(value) : undefined;
}

function collectLeaves(value: unknown, leaves: Set<object>, path: Set<object>): void {
  if (typeof value !== "object" || value === null || path.has(value)) return;
  if (isLeaf(value)) {
    leaves.add(value);
    return;
  }
  path.add(value);
  for (const entry of entriesOf(value) ?? []) collectLeaves(entry, leaves, path);
  path.delete(value);
}

/** A structure with results in the place of collections; one without any is itself. */
function substitute(value: unknown, results: ReadonlyMap<unknown, unknown>): unknown {
  if (results.has(value)) return results.get(value);
  if (typeof value !== "object" || value === null) return value;
  const leaves = new Set<object>();
  collectLeaves(value, leaves, new Set());
  if (leaves.size === 0) return value;
  if (Array.isArray(value)) return value.map((entry) => substitute(entry, results));
  if (value instanceof Set) return new Set([...value].map((entry) => substitute(entry, results)));
  if (value instanceof Map) {
    return new Map([...value].map(([key, entry]) => [substitute(key, results), substitute(entry, results)]));
  }
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, substitute(entry, results)]));
}
