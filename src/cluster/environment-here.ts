// What a worker does to run in another project environment. These functions travel by their names.

import type { EnvironmentOrder } from "../env/follow.js";
import { hostHere } from "./host.js";

/**
 * Has the environment made on this machine, for its own architecture, or one of that name given what the file says.
 *
 * @throws {BrambleError} as `bramble env create -f` does, the machine is then as it was; `INSTALL_FORBIDDEN`.
 */
export function makeEnvironmentHere(order: EnvironmentOrder): Promise<void> {
  return hostHere().make(order);
}

/**
 * Leaves as a worker does that is told to stop, and is started again in an environment.
 *
 * @throws {BrambleError} `ENVIRONMENT_NOT_FOUND`, `ENVIRONMENT_DAMAGED`, `INSTALL_FORBIDDEN`; it stays then.
 */
export function enterEnvironmentHere(name: string): Promise<void> {
  return hostHere().enter(name);
}
