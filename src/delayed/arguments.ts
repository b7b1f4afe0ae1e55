import { hasNode, NODE } from "../array/operand.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import { wholeArray } from "./array-tasks.js";
import { makeMap, makeSet } from "./helpers.js";
import { type Dependency, hasTask, type Task, TASK, UniqueTask } from "./task.js";

/** What a call reads, and how its arguments are made from that. */
export type ReadArguments = Pick<Task, "dependencies" | "args">;

/** Finds delayed values and arrays in the arguments of a call, in lists, objects, maps and sets too. */
export function readArguments(values: readonly unknown[], traverse: boolean): ReadArguments {
  const reader = new ArgumentReader(traverse);
  const args = values.map((value) => reader.read(value));
  const isInOrder =
    args.length === reader.dependencies.length &&
    args.every((arg, index) => "slot" in arg && arg.slot === index);
  return { dependencies: reader.dependencies, args: isInOrder ? undefined : args };
}

class ArgumentReader {
  readonly dependencies: Dependency[] = [];
  // Most calls have few arguments, and none of data: tables are made for those that need them.
  #slots: Map<object, number> | undefined;
  readonly #traverse: boolean;
  /** Objects that the one under way is in: data may lead back to itself. */
  #path: Set<object> | undefined;

  constructor(traverse: boolean) {
    this.#traverse = traverse;
  }

  read(value: unknown): Argument {
    if (typeof value !== "object" || value === null) return { value };
    if (hasTask(value)) return this.#slot(value[TASK], () => value[TASK]);
    if (hasNode(value)) return this.#slot(value[NODE], () => wholeArray(value[NODE]));
    if (!this.#traverse || this.#path?.has(value) === true) return { value };
    this.#path ??= new Set();
    this.#path.add(value);
    const argument = this.#within(value);
    this.#path.delete(value);
    return argument;
  }

  #slot(identity: object, make: () => Dependency): Argument {
    this.#slots ??= new Map();
    let slot = this.#slots.get(identity);
    if (slot === undefined) {
      slot = this.dependencies.push(make()) - 1;
      this.#slots.set(identity, slot);
    }
    return { slot };
  }

  /** What is in an object; one without anything delayed stays as it is. */
  #within(value: object): Argument {
    if (Array.isArray(value)) {
      const list = this.#list(value);
      return list === undefined ? { value } : { list };
    }
    if (value instanceof Map) return this.#collection(value, [...value].flat(1), makeMap);
    if (value instanceof Set) return this.#collection(value, [...value], makeSet);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return { value };
    const keys = Object.keys(value);
    const list = this.#list(Object.values(value));
    if (list === undefined) return { value };
    return { record: Object.fromEntries(keys.map((key, index) => [key, list[index] as Argument])) };
  }

  /** The entries of a list, if any is delayed. */
  #list(values: readonly unknown[]): Argument[] | undefined {
    let list: Argument[] | undefined;
    for (const [index, value] of values.entries()) {
      if (typeof value !== "object" || value === null) continue;
      const argument = this.read(value);
      if ("value" in argument) continue;
      list ??= values.map((entry) => ({ value: entry }));
      list[index] = argument;
    }
    return list;
  }

  /** A map or a set is made by a task of its own. */
  #collection(value: object, entries: readonly unknown[], call: TaskFunction): Argument {
    const { dependencies, args } = readArguments(entries, true);
    if (dependencies.length === 0) return { value };
    return this.#slot(value, () => new UniqueTask(call.name, { call, dependencies, args }));
  }
}
