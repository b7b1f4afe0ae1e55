import type { Argument } from "../engine/engine.js";
import type { BlockInfo } from "../engine/engine.js";

/** What a function is called with. */
export interface CallParts {
  /** Undefined: what is read, slot by slot. */
  readonly template: readonly Argument[] | undefined;
  readonly slots: readonly unknown[];
  readonly info: BlockInfo | undefined;
}

/** The arguments of a call. */
export function argumentsOf({ template, slots, info }: CallParts): readonly unknown[] {
  const given = template === undefined ? slots : template.map((argument) => fill(argument, slots));
  return info === undefined ? given : [...given, info];
}

function fill(argument: Argument, slots: readonly unknown[]): unknown {
  if ("value" in argument) return argument.value;
  if ("slot" in argument) return slots[argument.slot];
  if ("list" in argument) return argument.list.map((entry) => fill(entry, slots));
  return Object.fromEntries(Object.entries(argument.record).map(([key, entry]) => [key, fill(entry, slots)]));
}

/** Whether a function gave a promise; any object with a `then` is one to `await`. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
