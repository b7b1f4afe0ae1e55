import { ANNOTATION_NAMES, type Annotations, checkAnnotations } from "../annotate.js";
import { config } from "../config/index.js";
import { checkBoolean, checkInteger, checkOptions, invalid } from "../check.js";
import type { TaskFunction } from "../engine/engine.js";
import { readArguments } from "./arguments.js";
import { Delayed } from "./delayed.js";
import { identity } from "./helpers.js";
import { nameOfFunction } from "./keys.js";
import { withRetries } from "./retries.js";
import { askedNow, hasTask, type Task, UniqueTask } from "./task.js";
import { compute } from "./together.js";
import { tokenize } from "./tokenize.js";
import type { LazyArguments } from "./types.js";

/** How a function or a value is delayed. */
export interface DelayedOptions extends Annotations {
  /** What keys begin with. Default: the name of the function. */
  readonly name?: string | undefined;
  /**
   * Whether calls with equal arguments give equal results, so that they need be made once only. Default: `config`,
   * else false.
   */
  readonly pure?: boolean | undefined;
  /** How many values the result consists of: `const [a, b] = delayed(f, { nout: 2 })(x)`. */
  readonly nout?: number | undefined;
  /** Whether delayed values are looked for in lists, objects, maps and sets among the arguments. Default: true. */
  readonly traverse?: boolean | undefined;
}

/** A function whose calls are made when somebody computes them. */
export interface DelayedFunction<A extends readonly unknown[], R> {
  (...args: LazyArguments<A>): Delayed<Awaited<R>>;
  /** The same function, whose next calls have this key. */
  as(key: string): (...args: LazyArguments<A>) => Delayed<Awaited<R>>;
}

const OPTIONS = ["name", "pure", "nout", "traverse", ...ANNOTATION_NAMES] as const;

/** Checked options. */
interface Settled {
  readonly name: string;
  readonly pure: boolean;
  readonly nout: number | undefined;
  readonly traverse: boolean;
  /** What is asked beside what `annotate` says. */
  readonly annotations: Annotations;
}

/**
 * Delays a function: its calls are made when their results are computed, in parallel. Delays a value: a delayed one
 * that has it, or, of a structure with delayed values in it, one of all of them. Typed arrays among the arguments are read
 * while that goes on, and must not change meanwhile; functions get copies in all workers.
 *
 * @example
 * const inc = delayed((x: number) => x + 1);
 * const total = delayed((xs: number[]) => xs.reduce((a, b) => a + b))([inc(1), inc(2)]);
 * await total.compute(); // 5
 */
function delay<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options?: DelayedOptions,
): DelayedFunction<A, R>;
function delay<T>(value: T, options?: DelayedOptions): Delayed<T>;
function delay(value: unknown, options: DelayedOptions = {}): unknown {
  const settled = readOptions(value, options);
  if (typeof value === "function") return delayedFunction(value as Task["call"] & CallableFunction, settled);
  if (value instanceof Delayed) return value;
  return call(identity, settled, [value]);
}

/** Checks options once, where the function is delayed. */
function readOptions(value: unknown, options: DelayedOptions): Settled {
  checkOptions(options, "options", OPTIONS);
  const { name, pure, nout, traverse = true, ...annotations } = options;
  if (name !== undefined && (typeof name !== "string" || name === ""))
    throw invalid("a name", "options.name", name);
  if (pure !== undefined) checkBoolean(pure, "options.pure");
  return {
    name: name ?? (typeof value === "function" ? nameOfFunction(value) : "value"),
    pure: pure ?? config.get("delayed.pure"),
    nout: nout === undefined ? undefined : checkInteger(nout, "options.nout", 0, 2 ** 31),
    traverse: checkBoolean(traverse, "options.traverse"),
    annotations: checkAnnotations(annotations, "options"),
  };
}

function delayedFunction(fn: CallableFunction, settled: Settled): unknown {
  const delayed = (...args: readonly unknown[]): Delayed => call(fn, settled, args);
  const as = (key: string) => {
    if (typeof key !== "string" || key === "") throw invalid("a key", "key", key);
    return (...args: readonly unknown[]): Delayed => call(fn, settled, args, key);
  };
  Object.defineProperty(delayed, "name", { value: settled.name, configurable: true });
  return Object.assign(delayed, { as });
}

function call(fn: CallableFunction, settled: Settled, args: readonly unknown[], key?: string): Delayed {
  const { name, pure, nout, traverse, annotations } = settled;
  const read = readArguments(args, traverse);
  const parts = {
    call: withRetries(fn as TaskFunction, annotations.retries),
    dependencies: read.dependencies,
    args: read.args,
    asked: askedNow(annotations),
  };
  if (key !== undefined) return new Delayed({ ...parts, key, isPure: false }, nout);
  if (pure) return new Delayed({ ...parts, key: `${name}-${tokenize(fn, ...args)}`, isPure: true }, nout);
  return new Delayed(new UniqueTask(name, parts), nout);
}

/** Whether a value is delayed. */
function isDelayed(value: unknown): value is Delayed {
  return hasTask(value);
}

export const delayed = Object.assign(delay, { compute, isDelayed });
