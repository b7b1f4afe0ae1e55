import { Worker } from "node:worker_threads";
import type { ResourceLimits } from "../../engine/engine.js";
import { workerExecArgv } from "../exec-argv.js";
import type { StartWorker } from "../worker-pool.js";

/** Starts threads of this process that make calls. */
export function threadStarter(limits: ResourceLimits): StartWorker {
  return (setup, events) => {
    const worker = new Worker(new URL("./thread.js", import.meta.url), {
      workerData: setup,
      execArgv: workerExecArgv(),
      resourceLimits: limits as Record<string, number>,
    });
    let why: string | undefined;
    worker.on("message", () => events.onReady());
    worker.on("error", (error) => {
      why = describeDeath(error);
    });
    worker.on("exit", (code) => events.onEnd(why ?? `the worker thread ended (exit code ${code})`));
    // A thread that nobody waits for keeps no process alive; a listener would.
    worker.unref();
    const close = (): void => worker.postMessage("close");
    // Ending a thread that has loaded the addon by force may end the process.
    return { close, abandon: close };
  };
}

function describeDeath(error: unknown): string {
  const isMemory = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  if (isMemory) return "the worker thread ran out of memory";
  const text = error instanceof Error ? error.message : String(error);
  return `the worker thread ended (${text})`;
}
