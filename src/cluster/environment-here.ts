// What a worker does to run in another project environment. These functions travel by their names.

import { BrambleError } from "../errors.js";
import type { WorkerMessage } from "../programs/worker-process.js";

/** An environment that a worker is to have. */
export interface EnvironmentOrder {
  readonly name: string;
  /** The text of the file that says what is in it. */
  readonly text: string;
  /** Where the text is from, for messages. */
  readonly source: string;
  readonly allowScripts: boolean;
  readonly offline: boolean;
}

/** Milliseconds in which the answer to a call reaches the scheduler before the worker begins to leave. */
const ANSWER = 50;

/**
 * Makes the environment on this machine, for its own architecture, or gives one of that name what the file says.
 *
 * @throws {BrambleError} as `bramble env create -f` does; the machine is then as it was.
 */
export async function makeEnvironmentHere({ name, ...order }: EnvironmentOrder): Promise<void> {
  if (process.send === undefined) {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      "Workers of a LocalCluster run where the program runs that started it: start that in the environment",
    );
  }
  const { followFile } = await import("../env/follow.js");
  const { findHome } = await import("../env/home.js");
  await followFile(findHome(), name, order, order);
}

/** Leaves as a worker does that is told to stop, and is started again in an environment. */
export function enterEnvironmentHere(name: string): void {
  const message: WorkerMessage = { environment: name };
  process.send?.(message, undefined, undefined, () => {
    // Its supervisor is told nothing more, so this process leaves.
    setTimeout(() => process.disconnect(), ANSWER);
  });
}
