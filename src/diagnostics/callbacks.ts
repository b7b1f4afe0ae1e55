import { AsyncLocalStorage } from "node:async_hooks";
import { invalid } from "../check.js";
import type { ProgressEvent, Scheduler } from "../engine/engine.js";
import { loggers } from "./log.js";

/** A computation that is watched. */
export interface ComputeInfo {
  /** Tells the computations of this process apart. */
  readonly id: number;
  /** Where its tasks run. */
  readonly scheduler: Scheduler;
  /** How many layers were asked for, before optimisation. */
  readonly layers: number;
  /** When it began, in milliseconds since 1970. */
  readonly start: number;
}

/** How a computation ended. */
export interface ComputeEnd extends ComputeInfo {
  /** When it ended. */
  readonly end: number;
  /** Whether it gave its results. */
  readonly ok: boolean;
  /** What it failed with. */
  readonly error?: unknown;
}

/** A task of a computation. */
export interface TaskInfo {
  /** The key of a delayed value, or the layer and the block that it makes, such as `sum-3f2a91 (2, 0)`. */
  readonly key: string;
  /** What it does: the name of its function or of its operation. */
  readonly label: string;
  /** Name of its layer. */
  readonly layer: string;
  /** Chunk numbers of the block that it makes. */
  readonly block: readonly number[];
  /**
   * Who does it: `core 0`, `thread 1`, `process 1`, `main` for the thread that computes, or the name of a worker of a
   * cluster.
   */
  readonly worker: string;
  /** When it began, in milliseconds since 1970. */
  readonly start: number;
  /** When it ended. */
  readonly end: number;
}

/**
 * What somebody who watches computations wants to be told. Tasks are told in batches, some times a second and
 * before `finish`, in the order in which they began and ended. What a callback throws ends the computation with it.
 */
export interface Callbacks {
  /** A computation begins. */
  start?(compute: ComputeInfo): void;
  /** Layers got on. */
  progress?(events: readonly ProgressEvent[]): void;
  /** A task has begun. */
  pretask?(task: TaskInfo): void;
  /** A task has ended. */
  posttask?(task: TaskInfo): void;
  /** A computation has ended, well or not. Called for everybody whose `start` was called. */
  finish?(compute: ComputeEnd): void;
}

/** What `registerCallbacks` gives. */
export interface RegisteredCallbacks extends Disposable {
  /** Tells these callbacks nothing more. */
  unregister(): void;
}

const NAMES = ["start", "progress", "pretask", "posttask", "finish"] as const;

const contexts = new AsyncLocalStorage<readonly Callbacks[]>();
let registered: readonly Callbacks[] = [];

/**
 * Lets callbacks watch all computations of this thread, until they are unregistered.
 *
 * @example
 * using _ = registerCallbacks({ finish: ({ start, end }) => console.log(end - start) });
 */
export function registerCallbacks(callbacks: Callbacks): RegisteredCallbacks {
  const entry = checkCallbacks(callbacks, "callbacks");
  registered = [...registered, entry];
  const unregister = (): void => {
    const place = registered.indexOf(entry);
    if (place >= 0) registered = registered.toSpliced(place, 1);
  };
  return { unregister, [Symbol.dispose]: unregister };
}

/**
 * Lets callbacks watch the computations of a function and of all that it awaits, and no other.
 *
 * @returns what the function returns.
 * @example
 * const profiler = new Profiler();
 * await withCallbacks(profiler, () => x.sum().compute());
 */
export function withCallbacks<T>(callbacks: Callbacks | readonly Callbacks[], fn: () => T): T {
  if (typeof fn !== "function") throw invalid("a function", "fn", fn);
  return contexts.run([...(contexts.getStore() ?? []), ...checkAll(callbacks, "callbacks")], fn);
}

/** Who watches a computation that begins now. */
export function watchers(): readonly Callbacks[] {
  return [...loggers(), ...registered, ...(contexts.getStore() ?? [])];
}

/** Checks callbacks, one or several. */
export function checkAll(value: unknown, name: string): readonly Callbacks[] {
  if (!Array.isArray(value)) return [checkCallbacks(value, name)];
  return value.map((entry, number) => checkCallbacks(entry, `${name}[${number}]`));
}

function checkCallbacks(value: unknown, name: string): Callbacks {
  if (typeof value !== "object" || value === null) throw invalid("callbacks", name, value);
  for (const key of NAMES) {
    const callback = (value as Record<string, unknown>)[key];
    if (callback !== undefined && typeof callback !== "function")
      throw invalid("a function", `${name}.${key}`, callback);
  }
  return value;
}
