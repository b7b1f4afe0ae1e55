import type { ProgressEvent, Scheduler, TaskSpan } from "../engine/engine.js";
import { inOrder, type Node } from "../graph/index.js";
import type { Callbacks, ComputeInfo, TaskInfo } from "./callbacks.js";
import { LayerNames } from "./task-names.js";

/** What a run tells those who watch. */
export interface Listeners {
  readonly onProgress?: ((events: readonly ProgressEvent[]) => void) | undefined;
  readonly onTasks?: ((spans: readonly TaskSpan[]) => void) | undefined;
}

/** A computation to be watched. */
export interface Watched {
  /** What is computed, which names tasks. Default: nothing that has layers. */
  readonly nodes?: readonly Node[] | undefined;
  /** How many layers there are. Default: those behind the nodes. */
  readonly layers?: number | undefined;
  readonly scheduler: Scheduler;
  readonly callbacks: readonly Callbacks[];
  /** Is told of progress too. */
  readonly onProgress?: Listeners["onProgress"];
}

let count = 0;

/** Computes something, and tells callbacks about it. Whoever was told of the start is told of the end. */
export async function watch<T>(watched: Watched, compute: (listeners: Listeners) => Promise<T>): Promise<T> {
  const { nodes = [], scheduler, callbacks, onProgress } = watched;
  if (callbacks.length === 0) return compute({ onProgress });
  count += 1;
  const info = { id: count, scheduler, layers: watched.layers ?? inOrder(nodes).length, start: Date.now() };
  const started: Callbacks[] = [];
  let result: { readonly value: T } | { readonly error: unknown };
  try {
    for (const callback of callbacks) {
      started.push(callback);
      callback.start?.(info);
    }
    result = { value: await compute(listenersOf(watched)) };
  } catch (error) {
    result = { error };
  }
  const problem = finish(started, info, result);
  if ("error" in result) throw result.error;
  if (problem !== undefined) throw problem.error;
  return result.value;
}

/** Tells everybody of the end; gives what the first of them threw. */
function finish(
  callbacks: readonly Callbacks[],
  info: ComputeInfo,
  result: object,
): { readonly error: unknown } | undefined {
  const end = {
    ...info,
    end: Date.now(),
    ok: !("error" in result),
    ...("error" in result && { error: result.error }),
  };
  let problem: { readonly error: unknown } | undefined;
  for (const callback of callbacks) {
    try {
      callback.finish?.(end);
    } catch (error) {
      problem ??= { error };
    }
  }
  return problem;
}

/** Nobody measures tasks unless somebody wants to know. */
function listenersOf({ nodes = [], callbacks, onProgress }: Watched): Listeners {
  const followers = callbacks.filter((callback) => callback.progress !== undefined);
  const taskWatchers = callbacks.filter((callback) => "pretask" in callback || "posttask" in callback);
  const names = new LayerNames(nodes);
  return {
    onProgress:
      followers.length === 0
        ? onProgress
        : (events) => {
            onProgress?.(events);
            for (const callback of followers) callback.progress?.(events);
          },
    onTasks:
      taskWatchers.length === 0
        ? undefined
        : (spans) =>
            tellTasks(
              spans
                .filter(({ layer, block }) => !names.passesOn(layer, block))
                .map((span) => ({ ...span, ...names.describe(span.layer, span.block) })),
              taskWatchers,
            ),
  };
}

/** Tells of tasks in the order in which they began and ended. */
function tellTasks(tasks: readonly TaskInfo[], callbacks: readonly Callbacks[]): void {
  const events = tasks.flatMap((task) => [
    { task, time: task.start, isEnd: false },
    { task, time: task.end, isEnd: true },
  ]);
  // The sort is stable: of a task that took no time the beginning stays first.
  events.sort((a, b) => a.time - b.time);
  for (const { task, isEnd } of events) {
    for (const callback of callbacks) {
      if (isEnd) callback.posttask?.(task);
      else callback.pretask?.(task);
    }
  }
}
