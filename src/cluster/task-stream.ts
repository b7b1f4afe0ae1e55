import { ask, type WireTaskSpan } from "./requests.js";
import type { WorkerStatus } from "./status.js";

/** A task that was done on a cluster. */
export interface StreamedTask {
  /** What it is called: the key of a call of this client, else its layer and its place there. */
  readonly key: string;
  /** Name of its layer. */
  readonly layer: string;
  /** Chunk numbers of the block that it made. */
  readonly block: readonly number[];
  /** Name of the worker; its number if that is gone. */
  readonly worker: string;
  /** When it began, in milliseconds since 1970 by the clock of this machine. */
  readonly start: number;
  /** When the scheduler heard of its end. */
  readonly end: number;
  /** Bytes of what it made. */
  readonly nbytes: number;
}

/** Tasks that were done, and how to go on. */
export interface TaskStream {
  /** The oldest first. */
  readonly tasks: readonly StreamedTask[];
  /** How many were done since the scheduler started: `since` of the next question. */
  readonly total: number;
}

/** Whose call a task is, if it is one of this client. */
export type KeyOf = (span: WireTaskSpan) => string | undefined;

/** Asks for the tasks that were done lately. */
export async function taskStream(
  client: number,
  since: number,
  keyOf: KeyOf,
  workers: readonly WorkerStatus[],
): Promise<TaskStream> {
  const { tasks } = await ask(client, { tasks: { since } });
  if (tasks === undefined) return { tasks: [], total: since };
  const names = new Map(workers.map(({ id, name }) => [id, name]));
  const started = Date.now() - 1000 * tasks.now;
  return {
    total: tasks.total,
    tasks: tasks.spans.map((span) => ({
      key: keyOf(span) ?? `${span.layer} (${span.block.join(", ")})`,
      layer: span.layer,
      block: span.block,
      worker: names.get(span.worker) ?? String(span.worker),
      start: started + 1000 * span.start,
      end: started + 1000 * span.end,
      nbytes: span.bytes,
    })),
  };
}
