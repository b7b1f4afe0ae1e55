import { NDArray } from "../array/ndarray.js";
import { nestedData } from "../array/nested.js";
import { describe } from "../check.js";
import { dtypeOfData, type TypedArray } from "../dtype/index.js";
import type { BlockInfo, TaskFunction } from "../engine/engine.js";
import { BrambleError } from "../errors.js";
import { currentTask } from "../executors/current-task.js";
import { isPromise } from "../executors/run-call.js";
import { product } from "../graph/grid.js";

/** Functions that tasks of our own making call. Every worker has them, so that their names travel. */

/** A value as it is. */
export function identity(value: unknown): unknown {
  return value;
}

/** A property of a value, or an entry of a map. */
export function getEntry(value: unknown, key: unknown): unknown {
  if (value instanceof Map) return value.get(key) as unknown;
  if (value === null || value === undefined) {
    throw new BrambleError("INVALID_VALUE", `Cannot get ${describe(key)} of ${String(value)}`);
  }
  return (value as Record<PropertyKey, unknown>)[key as PropertyKey];
}

/** What a method of a value returns. */
export function callMethod(value: unknown, method: PropertyKey, ...args: readonly unknown[]): unknown {
  const found = getEntry(value, method);
  if (typeof found !== "function") {
    throw new BrambleError("INVALID_VALUE", `${describe(value)} has no method ${String(method)}`);
  }
  return Reflect.apply(found, value, args) as unknown;
}

/** A map of keys and values in turns. */
export function makeMap(...keysAndValues: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let index = 0; index < keysAndValues.length; index += 2) {
    map.set(keysAndValues[index], keysAndValues[index + 1]);
  }
  return map;
}

/** A set of values. */
export function makeSet(...items: readonly unknown[]): Set<unknown> {
  return new Set(items);
}

/** A list of values. */
export function makeList(...items: readonly unknown[]): unknown[] {
  return items as unknown[];
}

/** Calls a function, and so many times again while it fails and somebody wants its result. */
export function retry(called: TaskFunction, retries: number, args: readonly unknown[]): unknown {
  const task = currentTask();
  const again = (left: number, error: unknown): unknown => {
    if (left === 0 || task?.signal.aborted === true) throw error;
    return attempt(left - 1);
  };
  const attempt = (left: number): unknown => {
    let result: unknown;
    try {
      result = Reflect.apply(called, undefined, args);
    } catch (error) {
      return again(left, error);
    }
    return isPromise(result) ? result.then(undefined, (error: unknown) => again(left, error)) : result;
  };
  return attempt(retries);
}

/** The number that a 0-d block is. */
export function itemOf(block: unknown): unknown {
  return block instanceof NDArray && block.ndim === 0 ? block.item() : block;
}

/** A block of an array, of what a function gave: an array of some kind, or a number; the engine checks it. */
export function toBlock(value: unknown, { shape }: BlockInfo): unknown {
  if (Array.isArray(value)) return nestedData(value);
  const isFlat = dtypeOfData(value) !== undefined && (value as TypedArray).length === product(shape);
  return isFlat ? new NDArray(value as TypedArray, shape) : value;
}
