import type { ComputeOptions } from "../array/compute.js";
import { invalid } from "../check.js";
import type { TaskFunction } from "../engine/engine.js";
import { BrambleError } from "../errors.js";
import { nearest } from "../nearest.js";
import { readArguments } from "./arguments.js";
import { computeTasks } from "./compute.js";
import { Delayed } from "./delayed.js";
import { identity } from "./helpers.js";
import { nameOfFunction, uniqueKey } from "./keys.js";
import { withRetries } from "./retries.js";
import { askedNow, type Task, TASK } from "./task.js";

/**
 * A graph by hand. An entry is a call, `[f, ...arguments]`, or a value. In arguments, and in lists within them, a
 * key of the graph stands for its result, and `[f, ...]` for a call.
 */
export type Graph = Readonly<Record<string, unknown>> | ReadonlyMap<unknown, unknown>;

/** Keys of a graph, in any structure of lists. */
export type Keys = unknown;

/**
 * Computes keys of a graph that somebody wrote by hand. What they don't lead to is not made.
 *
 * @returns the result of a key, or of a list of keys the list of results.
 * @throws {BrambleError} `INVALID_ARGUMENT` if the graph has a cycle, which the message shows, or lacks a key.
 * @example
 * await get({ x: 1, y: [inc, "x"], z: [add, "x", "y"] }, "z"); // 3
 */
export async function get(graph: Graph, keys: Keys, options: ComputeOptions = {}): Promise<unknown> {
  const reader = new GraphReader(graph);
  const wanted = flatten(keys);
  const tasks = wanted.map((key) => reader.task(key));
  const results = await computeTasks(tasks, options);
  const byKey = new Map(wanted.map((key, index) => [key, results[index]]));
  return shapeAs(keys, byKey);
}

function flatten(keys: Keys): unknown[] {
  return Array.isArray(keys) ? keys.flatMap(flatten) : [keys];
}

function shapeAs(keys: Keys, results: ReadonlyMap<unknown, unknown>): unknown {
  return Array.isArray(keys) ? keys.map((key) => shapeAs(key, results)) : results.get(keys);
}

/** Makes tasks of the entries that are needed. */
class GraphReader {
  readonly #entries: ReadonlyMap<unknown, unknown>;
  readonly #tasks = new Map<unknown, Delayed>();

  constructor(graph: Graph) {
    if (typeof graph !== "object" || graph === null) throw invalid("an object or a Map", "graph", graph);
    this.#entries = graph instanceof Map ? graph : new Map(Object.entries(graph));
  }

  /** The task of a key, behind those of all keys that it leads to. The stack is our own: chains are long. */
  task(key: unknown): Task {
    if (!this.#entries.has(key)) throw this.#missing(key);
    const path: { readonly key: unknown; readonly missing: unknown[] }[] = [this.#frame(key)];
    const under = new Set<unknown>([key]);
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const next = frame.missing.pop();
      if (next === undefined) {
        path.pop();
        under.delete(frame.key);
        if (!this.#tasks.has(frame.key)) this.#tasks.set(frame.key, this.#delay(frame.key));
      } else if (under.has(next)) {
        const keys = path.map((entry) => entry.key);
        throw cycle([...keys.slice(keys.indexOf(next)), next]);
      } else if (!this.#tasks.has(next)) {
        path.push(this.#frame(next));
        under.add(next);
      }
    }
    return (this.#tasks.get(key) as Delayed)[TASK];
  }

  #frame(key: unknown): { readonly key: unknown; readonly missing: unknown[] } {
    const found = new Set<unknown>();
    this.#collectKeys(this.#entries.get(key), found);
    return { key, missing: [...found].reverse() };
  }

  #collectKeys(entry: unknown, found: Set<unknown>): void {
    if (this.#isKey(entry)) found.add(entry);
    else if (Array.isArray(entry)) for (const part of entry) this.#collectKeys(part, found);
  }

  #isKey(value: unknown): boolean {
    return typeof value !== "object" && typeof value !== "function" && this.#entries.has(value);
  }

  /** An entry as a delayed value; the keys in it have theirs. */
  #delay(key: unknown): Delayed {
    const entry = this.#entries.get(key);
    const name = String(key);
    if (isCall(entry)) return this.#call(entry, name);
    return new Delayed({
      key: name,
      isPure: false,
      call: identity,
      ...readArguments([this.#resolve(entry)], true),
    });
  }

  #call([call, ...args]: readonly [TaskFunction, ...unknown[]], key: string): Delayed {
    return new Delayed({
      key,
      isPure: false,
      call: withRetries(call),
      ...readArguments(
        args.map((arg) => this.#resolve(arg)),
        true,
      ),
      asked: askedNow(),
    });
  }

  #resolve(value: unknown): unknown {
    if (this.#isKey(value)) return this.#tasks.get(value);
    if (!Array.isArray(value)) return value;
    if (isCall(value)) return this.#call(value, uniqueKey(nameOfFunction(value[0])));
    return value.map((part) => this.#resolve(part));
  }

  #missing(key: unknown): BrambleError {
    const names = [...this.#entries.keys()].map(String);
    const closest =
      names.length === 0 ? "it has none" : `Did you mean ${nearest(String(key), names).join(" or ")}?`;
    return new BrambleError("INVALID_ARGUMENT", `There is no key ${String(key)} in the graph: ${closest}`);
  }
}

function isCall(entry: unknown): entry is readonly [TaskFunction, ...unknown[]] {
  return Array.isArray(entry) && typeof entry[0] === "function";
}

function cycle(keys: readonly unknown[]): BrambleError {
  return new BrambleError("INVALID_ARGUMENT", `The graph has a cycle: ${keys.map(String).join(" → ")}`);
}
