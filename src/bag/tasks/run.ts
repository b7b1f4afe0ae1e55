import type { BlockInfo } from "../../engine/engine.js";
import { callAs, type CurrentTask, currentTask } from "../../executors/current-task.js";
import { isPromise } from "../../executors/run-call.js";
import type { Batch, Sink, Stage } from "./stage.js";

/** Items that go through the steps together. */
const BATCH = 1024;

/** A function of ours and what it is called with. */
export type Made<T> = readonly [make: (...args: never[]) => T, ...args: unknown[]];

/** The items of a partition: a list of them, or batches that are made one by one. */
export type Items = Batch | { readonly batches: Iterable<Batch> | AsyncIterable<Batch> };

/**
 * Makes a partition: opens its items and lets them go through all steps, batch by batch, so that what lies between two
 * steps stays small.
 */
export async function runPartition(
  open: Made<Items | PromiseLike<Items>>,
  steps: readonly Made<Stage>[],
  end: Made<Sink>,
  info: BlockInfo,
): Promise<unknown> {
  const task = currentTask();
  const opened = call(open, info);
  const items = isPromise(opened) ? await opened : opened;
  const stages = steps.map((step) => call(step, info));
  const sink = call(end, info);
  for await (const batch of batchesOf(items, stages.length)) await pass(batch, { stages, sink, task });
  for (const [number, stage] of stages.entries()) {
    const rest = await during(task, () => stage.end?.());
    const behind = { stages: stages.slice(number + 1), sink, task };
    for (const batch of batchesOf(rest ?? [], behind.stages.length)) await pass(batch, behind);
  }
  return sink.result();
}

function call<T>([make, ...args]: Made<T>, info: BlockInfo): T {
  return make(...(args as never[]), info as never);
}

function batchesOf(items: Batch, steps: number): Iterable<Batch>;
function batchesOf(items: Items, steps: number): Iterable<Batch> | AsyncIterable<Batch>;
function batchesOf(items: Items, steps: number): Iterable<Batch> | AsyncIterable<Batch> {
  if (!Array.isArray(items)) return items.batches;
  return steps === 0 || items.length <= BATCH ? [items] : cut(items);
}

function* cut(items: Batch): Generator<Batch> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}

/** Where a batch goes. */
interface Way {
  readonly stages: readonly Stage[];
  readonly sink: Sink;
  readonly task: CurrentTask | undefined;
}

async function pass(batch: Batch, { stages, sink, task }: Way): Promise<void> {
  let current = batch;
  for (const stage of stages) {
    const next = during(task, () => stage.push(current));
    current = isPromise(next) ? await next : (next as Batch);
  }
  const done = during(task, () => sink.push(current));
  if (isPromise(done)) await done;
}

/** Calls something as part of a task: behind an `await` nobody would know of which. */
function during<T>(task: CurrentTask | undefined, make: () => T): T {
  return task === undefined ? make() : (callAs(task, make, []) as T);
}
