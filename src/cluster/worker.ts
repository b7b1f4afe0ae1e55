import { availableParallelism } from "node:os";
import { ownSurroundings } from "../env/surroundings.js";
import { BrambleError, type ErrorCode } from "../errors.js";
import { poolOf } from "../executors/pools.js";
import { NO_RESULTS } from "../executors/results.js";
import type { NativeBinding } from "../native/binding.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { workerCalls } from "./worker-calls.js";
import { tellWorkerPlace } from "./worker-place.js";
import type { WorkerSettings } from "./worker-settings.js";

/**
 * Works for a scheduler until it says that the worker should leave, or the signal is given.
 *
 * @throws {BrambleError} if it cannot work there: another key or version, or nothing answers in time.
 */
export async function runWorker(settings: WorkerSettings, signal?: AbortSignal): Promise<void> {
  const binding = loadNative();
  const { name, scheduler, key } = settings;
  tellWorkerPlace({ name, scheduler, key, insecure: key === undefined });
  const queue = executorsFor(binding, settings.threads);
  const surroundings = await ownSurroundings();
  const member = withOwnErrors(() =>
    binding.runWorker({ ...settings, queue, surroundings }, workerCalls(binding)),
  );
  const stop = (): void => member.stop();
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const { error } = await member.result;
  signal?.removeEventListener("abort", stop);
  if (error !== undefined) throw new BrambleError(error.code as ErrorCode, error.message);
}

/** Milliseconds between two looks at executors that do not stop. */
const GRACE = 5000;

/** The number of a queue whose executors, threads of this process, are started when the first call is there. */
export function executorsFor(binding: NativeBinding, threads: number): number {
  const pool = poolOf(binding, "threads");
  const workers = threads === 0 ? availableParallelism() : threads;
  const start = (): void => {
    // Calls that nobody wants any more and that do not end must not keep others from being made.
    setInterval(() => pool.giveUpStopped(), GRACE).unref();
    pool.begin(pool, workers, (error) => {
      // Without executors this worker is of no use: whoever started it may start another.
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    });
  };
  // It finds nothing to take, and is woken by the first call, which it leaves to the others.
  const first = new binding.CallExecutor(pool.queue, 0, false, start);
  first.exchange(NO_RESULTS.head, NO_RESULTS.payload, NO_RESULTS.buffers, 1);
  return pool.queue;
}
