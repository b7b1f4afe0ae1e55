import { AsyncLocalStorage } from "node:async_hooks";
import type { Answer, RunRequest } from "../engine/engine.js";
import type { Kept } from "./kept.js";

/** @internal Where a client has its number. */
export const NUMBER: unique symbol = Symbol("number");

/** Something that computes elsewhere. */
export interface Elsewhere {
  readonly [NUMBER]: number;
  /** Where that is. */
  readonly address: string;
  execute(request: RunRequest): Promise<readonly Answer[]>;
  /** What there is to compute with. */
  status(): Promise<{
    readonly workers: readonly { readonly memoryLimit: number; readonly threads: number }[];
  }>;
  /** Computes a graph whose output blocks stay there. */
  keep(request: RunRequest): Promise<Kept>;
}

/** Who is connected, the latest last. */
const connected: Elsewhere[] = [];

/** Where what is called now computes, rather. */
const chosen = new AsyncLocalStorage<Elsewhere>();

/** From now on computations run there, unless they say otherwise. */
export function enter(elsewhere: Elsewhere): void {
  connected.push(elsewhere);
}

/** No longer. */
export function leave(elsewhere: Elsewhere): void {
  const index = connected.lastIndexOf(elsewhere);
  if (index !== -1) connected.splice(index, 1);
}

/** Has a function called whose computations run there, unless they say otherwise. */
export function within<T>(elsewhere: Elsewhere, call: () => T): T {
  return chosen.run(elsewhere, call);
}

/** Where computations run that do not say it; undefined for this machine. */
export function currentCluster(): Elsewhere | undefined {
  return chosen.getStore() ?? connected.at(-1);
}
