import { checkInteger, checkOptions, invalid } from "../check.js";
import type { TaskFunction } from "../engine/engine.js";
import type { Part } from "./tasks/sinks.js";

/** Checks for a function. */
export function checkFunction(value: unknown, name: string): TaskFunction {
  if (typeof value === "function") return value as TaskFunction;
  throw invalid("a function", name, value);
}

/** What a step is called that calls a function: as the function, or as the operation where it has no name. */
export function nameOf({ name }: TaskFunction, operation: string): string {
  return name === "" ? operation : name;
}

/** The same of a step of which the function does not say what is done: `filter-isEven`. */
export function labelled(operation: string, { name }: TaskFunction): string {
  return name === "" ? operation : `${operation}-${name}`;
}

/** Checks for what says of an item by what it is told from others: a function, or the name of a property. */
export function checkKey(value: unknown, name: string): TaskFunction | string | number {
  if (typeof value === "function") return value as TaskFunction;
  if (typeof value === "string" || typeof value === "number") return value;
  throw invalid("a function or the name of a property", name, value);
}

/** Checks how many parts a step of a tree merges. */
export function checkSplitEvery(value: unknown): number | undefined {
  return value === undefined ? undefined : checkInteger(value, "options.splitEvery", 2, 2 ** 31);
}

/** A value that somebody may have given, even if it is undefined. */
export function given(options: object, name: string): Part {
  return name in options ? { value: (options as Record<string, unknown>)[name] } : undefined;
}

/** Checks options and gives them as fields of unknown values. */
export function readOptions(options: unknown, allowed: readonly string[]): Record<string, unknown> {
  checkOptions(options, "options", allowed);
  return options as Record<string, unknown>;
}
