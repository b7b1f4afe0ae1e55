import type { Answer, RunRequest } from "../engine/engine.js";

/** @internal Where a client has its number. */
export const NUMBER: unique symbol = Symbol("number");

/** Something that computes elsewhere. */
export interface Elsewhere {
  readonly [NUMBER]: number;
  execute(request: RunRequest): Promise<readonly Answer[]>;
}

/** Who is connected, the latest last. */
const connected: Elsewhere[] = [];

/** From now on computations run there, unless they say otherwise. */
export function enter(elsewhere: Elsewhere): void {
  connected.push(elsewhere);
}

/** No longer. */
export function leave(elsewhere: Elsewhere): void {
  const index = connected.lastIndexOf(elsewhere);
  if (index !== -1) connected.splice(index, 1);
}

/** Where computations run that do not say it; undefined for this machine. */
export function currentCluster(): Elsewhere | undefined {
  return connected.at(-1);
}
