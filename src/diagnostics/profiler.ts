import type { Callbacks, ComputeEnd, TaskInfo } from "./callbacks.js";

/**
 * Remembers when and where each task of the computations that it watches ran.
 *
 * @example
 * const profiler = new Profiler();
 * await x.sum().compute({ callbacks: profiler });
 * profiler.tasks; // [{ label: "ones", worker: "core 0", start, end, … }, …]
 */
export class Profiler implements Callbacks {
  #tasks: TaskInfo[] = [];
  #computes: ComputeEnd[] = [];

  /** The tasks that have run, in the order in which they ended. */
  get tasks(): readonly TaskInfo[] {
    return this.#tasks;
  }

  /** The computations that have ended. */
  get computes(): readonly ComputeEnd[] {
    return this.#computes;
  }

  posttask(task: TaskInfo): void {
    this.#tasks.push(task);
  }

  finish(compute: ComputeEnd): void {
    this.#computes.push(compute);
  }

  /** Forgets everything. */
  clear(): void {
    this.#tasks = [];
    this.#computes = [];
  }
}
