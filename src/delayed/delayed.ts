import { inspect } from "node:util";
import { type ComputeOptions, type ExplainOptions, explainNodes, persistNodes } from "../array/compute.js";
import { type VisualizeOptions, visualizeNodes } from "../diagnostics/visualize.js";
import type { TaskFunction } from "../engine/engine.js";
import { BrambleError } from "../errors.js";
import type { Node } from "../graph/index.js";
import { readArguments } from "./arguments.js";
import { compileTasks } from "./compile.js";
import { computeTasks } from "./compute.js";
import { callMethod, getEntry } from "./helpers.js";
import { keptResult, valueResult } from "./results.js";
import { askedNow, type Task, TASK, UniqueTask } from "./task.js";
import type { LazyArguments, MethodOf } from "./types.js";

/**
 * A value that is yet to be computed: a call of a function, whose arguments may be such values themselves. It never
 * changes, and it has no `then`: returned from an async function it does not compute itself.
 *
 * @example
 * const total = delayed(sum)([delayed(inc)(1), delayed(inc)(2)]);
 * await total.compute();
 */
export class Delayed<out T = unknown> implements Iterable<Delayed> {
  /** The call. */
  readonly [TASK]: Task;
  /** Names `T` for the compiler; there is no such field. */
  declare protected readonly value: T;
  readonly #length: number | undefined;

  /** Made by `delayed`, not by hand. */
  constructor(task: Task, length?: number) {
    this[TASK] = task;
    this.#length = length;
  }

  /** Names the call in errors: its function, and a token or a number. */
  get key(): string {
    return this[TASK].key;
  }

  /** How many values it can be taken apart into: the option `nout`. */
  get length(): number | undefined {
    return this.#length;
  }

  /** A property of the value, or an entry of a list, a typed array or a `Map`. */
  get<K extends keyof T>(key: K): Delayed<T[K]>;
  get(key: unknown): Delayed;
  get(key: unknown): Delayed {
    return derived("get", getEntry, [this, key]);
  }

  /** A call of a method of the value. Arguments may be delayed. */
  call<M extends MethodOf<T>>(
    method: M,
    ...args: T[M] extends (...args: infer A) => unknown ? LazyArguments<A> : never
  ): Delayed<T[M] extends (...args: never[]) => infer R ? Awaited<R> : never> {
    return derived(String(method), callMethod, [this, method, ...(args as readonly unknown[])]) as never;
  }

  /**
   * Computes the value.
   *
   * @throws what the function that failed threw, with the call in a field `task`.
   */
  async compute(options: ComputeOptions = {}): Promise<T> {
    const [result] = await computeTasks([this[TASK]], options);
    return result as T;
  }

  /** Computes the value now, and gives a delayed one that has it. */
  async persist(options: ComputeOptions = {}): Promise<Delayed<T>> {
    const task = this[TASK];
    const persisted = await persistNodes([compileTasks([task])], options);
    if ("kept" in persisted) return new Delayed(keptResult(task, persisted.kept[0] as Node, 0), this.#length);
    const [values] = persisted.results as readonly (readonly T[])[];
    return new Delayed(valueResult(task, values?.[0]), this.#length);
  }

  /**
   * Draws the calls that the value needs, into a file that ends in `.svg`, `.png` or `.dot` (Graphviz's language).
   *
   * @returns without a file the picture as SVG.
   * @throws {BrambleError} `INVALID_ARGUMENT` if there would be too many nodes; `FILE_NOT_FOUND` for a folder that is
   *   not there, `FILE_ACCESS`, `DISK_FULL`.
   * @example
   * await total.visualize("graph.svg");
   */
  visualize(options?: VisualizeOptions): Promise<string>;
  visualize(file: string, options?: VisualizeOptions): Promise<void>;
  async visualize(file?: unknown, options?: unknown): Promise<string | void> {
    return visualizeNodes([compileTasks([this[TASK]])], file, options);
  }

  /** The layers before and after optimisation, for people. */
  explain(options: ExplainOptions = {}): string {
    return explainNodes([compileTasks([this[TASK]])], options);
  }

  /** The values that it consists of, if `nout` says how many. */
  *[Symbol.iterator](): Generator<Delayed> {
    if (this.#length === undefined) {
      throw new BrambleError(
        "INVALID_ARGUMENT",
        `How many values ${this.key} consists of is not known before it is computed: use the option \`nout\``,
      );
    }
    for (let index = 0; index < this.#length; index += 1) yield this.get(index);
  }

  /** It has no value yet to calculate or to decide with. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `${this.key} has no value before it is computed: put what is done with it into a delayed function`,
    );
  }

  toString(): string {
    return `Delayed(${this.key})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  get [Symbol.toStringTag](): string {
    return "Delayed";
  }
}

/** A call of a function of ours on a delayed value. */
function derived(name: string, call: TaskFunction, args: readonly unknown[]): Delayed {
  return new Delayed(new UniqueTask(name, { call, ...readArguments(args, true), asked: askedNow() }));
}

/** A block of a layer as if it were delayed. */
export function delayedBlock<T>(node: Node, block: number, key: string): Delayed<T> {
  const dependencies = [{ node, block }];
  return new Delayed({ key, isPure: false, call: undefined, dependencies, args: undefined });
}
