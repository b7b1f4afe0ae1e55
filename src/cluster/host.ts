import type { EnvironmentOrder } from "../env/follow.js";
import { BrambleError } from "../errors.js";

/** Exit code of a worker that wants to be started again. */
export const RESTART = 75;

/** Who has started a worker, as far as the worker can ask for something. */
export interface WorkerHost {
  /** Makes an environment on this machine, or has one of that name follow the file. */
  make(order: EnvironmentOrder): Promise<void>;
  /** Has this worker leave, and another take its place in an environment. */
  enter(environment: string): Promise<void>;
}

let host: WorkerHost | undefined;

/** Says who has started this worker. */
export function setHost(starter: WorkerHost): void {
  host = starter;
}

/**
 * Who has started this worker.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` of a worker that no supervisor has started.
 */
export function hostHere(): WorkerHost {
  if (host !== undefined) return host;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    "Workers of a LocalCluster run where the program runs that started it: start that in the environment",
  );
}

let hasOwnProcess = false;

/** Says that this process is there for its worker alone. */
export function setOwnProcess(): void {
  hasOwnProcess = true;
}

/** @throws {BrambleError} `INVALID_ARGUMENT` in a process that does other things than work for a cluster. */
export function requireOwnProcess(what: string): void {
  if (hasOwnProcess) return;
  throw new BrambleError("INVALID_ARGUMENT", `A worker that is in the process of its LocalCluster ${what}`);
}
