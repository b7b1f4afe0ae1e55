import { setOwnProcess } from "../cluster/host.js";
import { workerCalls } from "../cluster/worker-calls.js";
import { WorkerExecutors } from "../cluster/worker-executors.js";
import { tellWorkerPlace } from "../cluster/worker-place.js";
import { ownSurroundings } from "../env/surroundings.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { preload, throwEnd } from "./scheduler.js";
import { HOPELESS } from "./supervisor.js";
import type { WorkerSetup } from "./worker-process.js";

/**
 * Runs a worker in this process, until it is told to leave.
 *
 * @param onStop - is given the function that makes it leave.
 * @returns the exit code: {@link HOPELESS} if another start would not help.
 */
export async function runWorker(
  { options, lifetime, preload: modules }: WorkerSetup,
  onStop: (stop: () => void) => void,
): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await preload(modules);
    const binding = loadNative();
    const { name, scheduler, security } = options;
    tellWorkerPlace({ name, scheduler, insecure: security.insecure });
    setOwnProcess();
    const { queue } = WorkerExecutors.ofProcess(binding, options.threads);
    const surroundings = await ownSurroundings();
    const started = withOwnErrors(() =>
      binding.startWorker({ ...options, queue, surroundings }, workerCalls(binding)),
    );
    onStop(() => started.stop());
    if (lifetime !== undefined) timer = setTimeout(() => started.stop(), 1000 * lifetime);
    throwEnd(await started.result);
    return 0;
  } catch (error) {
    process.stderr.write(`bramble: ${error instanceof Error ? error.message : String(error)}\n`);
    return HOPELESS;
  } finally {
    clearTimeout(timer);
  }
}
