import { COMPUTE_OPTIONS } from "../array/compute.js";
import { hasNode } from "../array/operand.js";
import { hasTask, isApart } from "./task.js";

const OPTION_NAMES: ReadonlySet<string> = new Set<string>(COMPUTE_OPTIONS);

/** The options at the end, if there are any. */
export function splitOptions(values: readonly unknown[]): [values: readonly unknown[], options: unknown] {
  const last = values.at(-1);
  const isOptions =
    isPlain(last) && Object.entries(last).every(([key, value]) => OPTION_NAMES.has(key) && !isLeaf(value));
  return isOptions ? [values.slice(0, -1), last] : [values, {}];
}

/** Whether a value is a collection. */
export function isLeaf(value: unknown): value is object {
  return hasNode(value) || hasTask(value) || isApart(value);
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

/** The collections in some structures, each once. */
export function leavesOf(values: readonly unknown[]): object[] {
  const leaves = new Set<object>();
  for (const value of values) collectLeaves(value, leaves, new Set());
  return [...leaves];
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
export function substitute(value: unknown, results: ReadonlyMap<unknown, unknown>): unknown {
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
