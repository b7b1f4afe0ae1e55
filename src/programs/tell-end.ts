import { loadNative } from "../native/load.js";
import type { WorkerSetup } from "./worker-process.js";

/** Tells the scheduler how the process of a worker ended that it knows by this number. */
export function tellEnd({ options }: WorkerSetup, watch: number, how: string): Promise<void> {
  return loadNative().workerProgramEnded(options.scheduler, options.security, watch, how);
}
