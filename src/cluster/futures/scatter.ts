import { identity } from "../../delayed/helpers.js";
import type { FutureDesk } from "./desk.js";
import { Future } from "./future.js";
import { submitCall } from "./submit.js";

/** How data are put on workers. */
export interface ScatterOptions {
  /** Whether all workers have them, rather than one each. Default: false. */
  readonly broadcast?: boolean | undefined;
}

/** Futures in the structure of what was scattered: of a list or a plain object one for each entry. */
export type Scattered<T> = T extends readonly (infer E)[]
  ? Future<E>[]
  : T extends Record<string, unknown>
    ? { [K in keyof T]: Future<T[K]> }
    : Future<T>;

/** Puts data on the workers: of a list or a plain object each entry, else the whole. */
export function scatter(desk: FutureDesk, data: unknown): unknown {
  const put = (value: unknown): Future => {
    const future = submitCall(desk, {}, identity, [value], false);
    // Each is a graph of its own, so that it goes to one worker.
    desk.handIn();
    return future;
  };
  if (Array.isArray(data)) return data.map(put);
  if (typeof data === "object" && data !== null && Object.getPrototypeOf(data) === Object.prototype) {
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, put(value)]));
  }
  return put(data);
}

/** The futures of what was scattered. */
export function futuresOf(scattered: object): Future[] {
  return scattered instanceof Future ? [scattered] : Object.values(scattered);
}
