import { totalmem } from "node:os";
import type { Table } from "apache-arrow";
import { checkOneOf, checkOptions } from "../check.js";
import { frameBackend } from "../engine/frames.js";
import { SCHEDULERS, type Scheduler } from "../engine/engine.js";
import type { Engine, Target } from "../generated/frames.js";
import { collectPlan, type FrameNode, settle } from "./node.js";
import { showTable } from "./show.js";

/** How a query of a data frame runs. */
export interface FrameComputeOptions {
  /**
   * Where functions of JavaScript run. Everything else runs on the threads of Polars whatever the scheduler is, and
   * gives the same rows in the same order; there are as many as `config` says `numWorkers` when the first frame is made.
   * Default: `config`, else `threads`.
   */
  readonly scheduler?: Scheduler | undefined;
  /**
   * `memory` works column by column with all rows in memory; `streaming` in batches of rows, so that files may be larger
   * than memory. Default: `memory`, and `streaming` where the files that are read are larger than a quarter of the
   * machine's memory.
   */
  readonly engine?: Engine | undefined;
  /** Gives up waiting; the promise rejects with the signal's reason, and what runs already ends unheard. */
  readonly signal?: AbortSignal | undefined;
}

/** Their names. */
export const FRAME_COMPUTE_OPTIONS = ["scheduler", "engine", "signal"] as const;

/** Computes the rows of a node, as an Arrow stream. */
export async function computeStream(node: FrameNode, options: FrameComputeOptions): Promise<Uint8Array> {
  return await run(node, options);
}

/** Computes the rows of a node. */
export async function computeTable(node: FrameNode, options: FrameComputeOptions): Promise<Table> {
  const bytes = await computeStream(node, options);
  return showTable(await readStream(bytes), node.columns);
}

/** Computes the rows of a node into a file. */
export async function computeFile(
  node: FrameNode,
  target: Target,
  options: FrameComputeOptions,
): Promise<void> {
  await run(node, options, target);
}

/** An Arrow stream as a table over the same memory. */
export async function readStream(bytes: Uint8Array): Promise<Table> {
  const { tableFromIPC } = await import("apache-arrow");
  return tableFromIPC(bytes);
}

/** How Polars would execute a node. Rows that functions make are no rows as yet. */
export function explainNode(node: FrameNode): string {
  const known = (next: FrameNode): FrameNode => {
    if (next.pending !== undefined)
      return { ...next, operation: { empty: next.columns }, pending: undefined };
    return { ...next, inputs: next.inputs.map(known) };
  };
  const { plan, buffers } = collectPlan(known(node), "memory");
  return frameBackend().explain(plan, buffers);
}

async function run(node: FrameNode, options: FrameComputeOptions, target?: Target): Promise<Uint8Array> {
  checkOptions(options, "options", FRAME_COMPUTE_OPTIONS);
  const { signal, engine = defaultEngine(node) } = options;
  checkOneOf(engine, "options.engine", ["memory", "streaming"]);
  if (options.scheduler !== undefined) checkOneOf(options.scheduler, "options.scheduler", SCHEDULERS);
  signal?.throwIfAborted();
  const settled = await settle(node, (pending) => pending(options));
  signal?.throwIfAborted();
  const { plan, buffers } = collectPlan(settled, engine);
  return await unlessAborted(frameBackend().run(plan, buffers, target), signal);
}

function defaultEngine(node: FrameNode): Engine {
  return node.bytes > totalmem() / 4 ? "streaming" : "memory";
}

/** What comes of a promise, unless the signal is faster. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
