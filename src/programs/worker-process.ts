// The process of a worker: what the supervisor starts, again and again.

import type { NativeWorkerProgramOptions } from "../native/binding.js";
import { setHost } from "../cluster/host.js";
import { loadNative } from "../native/load.js";
import { RUNS, supervisorHost } from "./supervisor-channel.js";
import { runWorker } from "./worker.js";

/** What a process is told by its supervisor. */
export interface WorkerSetup {
  /** The queue of calls and what is around them are the process's own. */
  readonly options: Omit<NativeWorkerProgramOptions, "queue" | "surroundings">;
  /** Seconds after which it leaves. */
  readonly lifetime: number | undefined;
  /** Modules to import first. */
  readonly preload: readonly string[];
}

const { parent, ...setup } = JSON.parse(process.env["BRAMBLE_WORKER"] ?? "") as WorkerSetup & {
  readonly parent: number;
};
// A supervisor that is killed takes its workers with it.
if (!loadNative().dieWithParent(parent)) process.exit(1);
// Ctrl-C goes to the supervisor too, which decides.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
setHost(supervisorHost());
process.exitCode = await runWorker(setup, (stop) => {
  // It may have been asked to leave before it was there.
  if (!process.connected) {
    stop();
    return;
  }
  process.once("disconnect", stop);
  process.send?.(RUNS);
});
if (process.connected) process.disconnect();
