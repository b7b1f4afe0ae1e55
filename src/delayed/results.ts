import type { TaskFunction } from "../engine/engine.js";
import type { Node } from "../graph/index.js";
import { identity } from "./helpers.js";
import type { Task } from "./task.js";

/** Of calls that have results what these refer to them by. Nobody keeps a call in memory for the sake of its result. */
const references = new WeakMap<Task, WeakRef<Task>>();

/** Whether of two tasks one is the result of the other, or both are results of one call. */
export function isSameCall(task: Task, other: Task): boolean {
  const reference = referenceOf(task);
  return reference !== undefined && reference === referenceOf(other);
}

/** The result of a call, which lies in a block of a layer. */
export function keptResult(call: Task, node: Node, block: number): Task {
  return resultOf(call, { call: undefined, dependencies: [{ node, block }], args: undefined });
}

/** The result of a call, which is here. */
export function valueResult(call: Task, value: unknown): Task {
  return resultOf(call, { call: identity as TaskFunction, dependencies: [], args: [{ value }] });
}

function resultOf(call: Task, parts: Pick<Task, "call" | "dependencies" | "args">): Task {
  let reference = referenceOf(call);
  if (reference === undefined) {
    reference = new WeakRef(call);
    references.set(call, reference);
  }
  return { key: call.key, isPure: call.isPure, resultOf: reference, ...parts };
}

function referenceOf(task: Task): WeakRef<Task> | undefined {
  return task.resultOf ?? references.get(task);
}
