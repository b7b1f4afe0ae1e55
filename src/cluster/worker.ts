import { ownSurroundings } from "../env/surroundings.js";
import { BrambleError, type ErrorCode } from "../errors.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import type { WorkerExecutors } from "./worker-executors.js";
import { workerCalls } from "./worker-calls.js";
import { tellWorkerPlace } from "./worker-place.js";
import type { WorkerSettings } from "./worker-settings.js";

/**
 * Works for a scheduler until it says that the worker should leave, or the signal is given.
 *
 * @throws {BrambleError} if it cannot work there: another key or version, or nothing answers in time.
 */
export async function runWorker(
  settings: WorkerSettings,
  { queue }: WorkerExecutors,
  signal: AbortSignal,
): Promise<void> {
  const binding = loadNative();
  const { name, scheduler, key } = settings;
  const forget = tellWorkerPlace({ name, scheduler, key, insecure: key === undefined });
  try {
    const surroundings = await ownSurroundings();
    const member = withOwnErrors(() =>
      binding.runWorker({ ...settings, queue, surroundings }, workerCalls(binding)),
    );
    const stop = (): void => member.stop();
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const { error } = await member.result;
    signal.removeEventListener("abort", stop);
    if (error !== undefined) throw new BrambleError(error.code as ErrorCode, error.message);
  } finally {
    forget();
  }
}
