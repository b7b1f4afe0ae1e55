import { type Annotations, askedOf, currentAnnotations, NO_ANNOTATIONS } from "../annotate.js";
import type { Argument, Scheduler, TaskFunction } from "../engine/engine.js";
import type { Annotations as Asked } from "../generated/layers.js";
import type { Node } from "../graph/index.js";
import { keyOfNumber, nextNumber } from "./keys.js";

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
  /** Of a task that calls nothing: the number of the stretch of bytes beside the value of its dependency that it is. */
  readonly part?: number | undefined;
  /** What it reads. */
  readonly dependencies: readonly Dependency[];
  /** What it is called with; a slot is the number of a dependency. Undefined: the dependencies, in order. */
  readonly args: readonly Argument[] | undefined;
  /** The call that it is the result of, if it is one: where both are, the call is not made. */
  readonly resultOf?: WeakRef<Task> | undefined;
  /** What is asked for it. */
  readonly asked?: Asked | undefined;
}

/** A call that is like no other. Its key is put together when somebody wants to read it, which is seldom. */
export class UniqueTask implements Task {
  readonly isPure = false;
  readonly call: Task["call"];
  readonly dependencies: Task["dependencies"];
  readonly args: Task["args"];
  readonly asked: Task["asked"];
  readonly part: Task["part"];
  readonly #name: string;
  readonly #number = nextNumber();

  /** @param name - what its key begins with. */
  constructor(name: string, { call, dependencies, args, asked, part }: Omit<Task, "key" | "isPure">) {
    this.#name = name;
    this.call = call;
    this.dependencies = dependencies;
    this.args = args;
    this.asked = asked;
    this.part = part;
  }

  get key(): string {
    return keyOfNumber(this.#name, this.#number);
  }
}

/** What a task reads: the result of another one, or a block of a layer. */
export type Dependency = Task | NodeBlock;

/** A block of a layer. */
export interface NodeBlock {
  readonly node: Node;
  /** Its number in row-major order. */
  readonly block: number;
}

/** What is asked for a call that is written down now: that of `annotate`, and what is said beside. */
export function askedNow(annotations: Annotations = NO_ANNOTATIONS): Asked | undefined {
  const around = currentAnnotations();
  if (around === NO_ANNOTATIONS && annotations === NO_ANNOTATIONS) return undefined;
  return askedOf({ ...around, ...annotations }, true);
}

/** Whether a dependency is a block of a layer. */
export function isNodeBlock(dependency: Dependency): dependency is NodeBlock {
  return "node" in dependency;
}

/** Something with a task, such as a delayed value. */
export interface HasTask {
  readonly [TASK]: Task;
}

/**
 * Key under which a collection that no layers make, such as a data frame, keeps how it is computed; the same in every copy
 * of the package.
 */
export const APART: unique symbol = Symbol.for("bramble.apart");

/** What is computed beside the layers. */
export interface HasApart {
  [APART](options: ApartOptions): Promise<unknown>;
}

/** What of a computation counts beside the layers too. */
export interface ApartOptions {
  readonly scheduler?: Scheduler | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Whether something is computed beside the layers. */
export function isApart(value: unknown): value is HasApart {
  return typeof value === "object" && value !== null && APART in value;
}

/** Whether a value is delayed. */
export function hasTask(value: unknown): value is HasTask {
  return typeof value === "object" && value !== null && TASK in value;
}
