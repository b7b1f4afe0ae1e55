import type { Argument, TaskFunction } from "../engine/engine.js";
import type { Node } from "../graph/index.js";

/** Key under which a delayed value keeps its task; the same in every copy of the package. */
export const TASK: unique symbol = Symbol.for("bramble.task");

/** A call that is yet to be made. It never changes. */
export interface Task {
  /** Names it in errors. */
  readonly key: string;
  /** Whether tasks of the same key are one; else there may be one task of a key. */
  readonly isPure: boolean;
  /** What is called; undefined: it is what its only dependency is. */
  readonly call: TaskFunction | undefined;
  /** What it reads. */
  readonly dependencies: readonly Dependency[];
  /** What it is called with; a slot is the number of a dependency. Undefined: the dependencies, in order. */
  readonly args: readonly Argument[] | undefined;
}

/** What a task reads: the result of another one, or a block of a layer. */
export type Dependency = Task | NodeBlock;

/** A block of a layer. */
export interface NodeBlock {
  readonly node: Node;
  /** Its number in row-major order. */
  readonly block: number;
}

/** Whether a dependency is a block of a layer. */
export function isNodeBlock(dependency: Dependency): dependency is NodeBlock {
  return "node" in dependency;
}

/** Something with a task, such as a delayed value. */
export interface HasTask {
  readonly [TASK]: Task;
}

/** Whether a value is delayed. */
export function hasTask(value: unknown): value is HasTask {
  return typeof value === "object" && value !== null && TASK in value;
}
