import { currentAnnotations } from "../annotate.js";
import type { TaskFunction } from "../engine/engine.js";
import { knownName } from "../values/known.js";
import { retry } from "./helpers.js";

/** For each function what calls it again, by how often. */
const made = new WeakMap<TaskFunction, Map<number, TaskFunction>>();

/** A function that calls another again while that fails; the same for the same function and number. */
export function withRetries(
  called: TaskFunction,
  retries: number = currentAnnotations().retries ?? 0,
): TaskFunction {
  if (retries === 0) return called;
  const known = made.get(called) ?? new Map<number, TaskFunction>();
  made.set(called, known);
  let patient = known.get(retries);
  if (patient === undefined) {
    patient = (...args: never[]): unknown => retry(called, retries, args);
    Object.defineProperty(patient, "name", {
      value: knownName(called) === undefined ? called.name : "",
      configurable: true,
    });
    known.set(retries, patient);
  }
  return patient;
}
