import { BrambleError } from "../errors.js";

/** How many workers are around this thread: one that the program itself has started has depth 1. */
let depth = 0;
let hasCalled = false;

/** This thread is a worker of that depth. */
export function beginAsWorker(atDepth: number): void {
  depth = atDepth;
}

/** This worker calls a function of a task. */
export function noteCall(): void {
  hasCalled = true;
}

/**
 * The depth of workers that this thread starts.
 *
 * What computes in a worker before it has called anything is a module that is being imported. If it does so in a
 * worker's worker as well, it is one whose functions travel by its name, and each import would start the next workers.
 *
 * @throws {BrambleError} `CANNOT_TRAVEL` then.
 */
export function depthOfWorkers(): number {
  if (depth < 2 || hasCalled) return depth + 1;
  throw new BrambleError(
    "CANNOT_TRAVEL",
    "A module that functions are imported from computes as soon as it is imported, in each worker again: it would never end. " +
      "Put the functions into a module of their own, or compute only if the module is the program: " +
      "process.argv[1] === fileURLToPath(import.meta.url)",
  );
}
