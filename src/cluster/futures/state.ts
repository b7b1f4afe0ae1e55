import { BrambleError } from "../../errors.js";
import type { Task } from "../../delayed/task.js";

/**
 * What has become of a call: `pending` until it was made, `finished` while a worker has the result, `error` if it or
 * something that it reads has failed, `cancelled` if somebody gave it up.
 */
export type FutureStatus = "pending" | "finished" | "error" | "cancelled";

/** The place of a result among those of its graph. */
export interface Place {
  readonly run: number;
  readonly number: number;
}

/** A call on a cluster, shared by the futures that stand for it. */
export class FutureState {
  readonly key: string;
  /** What is called, until it was handed in; then what stands for the result in other calls. */
  task: Task;
  place: Place | undefined;
  status: FutureStatus = "pending";
  error: unknown;
  /** The call that failed; another one if this one reads its result. */
  cause: FutureState | undefined;
  /** Calls that read the result. */
  readonly readers = new Set<FutureState>();
  /** Futures that stand for it. */
  users = 0;
  #settled: Promise<void> | undefined;
  #settle: (() => void) | undefined;
  readonly #onSettled = new Set<() => void>();

  constructor(key: string, task: Task) {
    this.key = key;
    this.task = task;
  }

  get isPending(): boolean {
    return this.status === "pending";
  }

  /** Fulfilled when it is no longer pending. */
  settled(): Promise<void> {
    if (!this.isPending) return Promise.resolve();
    this.#settled ??= new Promise((resolve) => {
      this.#settle = resolve;
    });
    return this.#settled;
  }

  /** Has something done once it is no longer pending. */
  whenSettled(callback: () => void): void {
    if (this.isPending) this.#onSettled.add(callback);
    else callback();
  }

  /** Does so no longer. */
  forget(callback: () => void): void {
    this.#onSettled.delete(callback);
  }

  finish(): void {
    if (this.isPending) this.#end("finished");
  }

  /** It failed, and with it all that reads its result. The stack is our own: chains are long. */
  fail(error: unknown, cause: FutureState = this): void {
    const failing: FutureState[] = [this];
    for (let state = failing.pop(); state !== undefined; state = failing.pop()) {
      if (state.status === "cancelled" || (state !== this && !state.isPending)) continue;
      state.error = error;
      state.cause = cause;
      state.#end("error");
      failing.push(...state.readers);
    }
  }

  /** Those that have come to read what failed already fail too. */
  failReaders(): void {
    for (const reader of this.readers) if (reader.isPending) reader.fail(this.error, this.cause);
  }

  /** Whether something that is to be made reads the result. */
  get isNeeded(): boolean {
    return [...this.readers].some((reader) => reader.isPending);
  }

  /** Nobody wants it any more, nor what reads its result. */
  cancel(): FutureState[] {
    const cancelled: FutureState[] = [];
    const ending: FutureState[] = [this];
    for (let state = ending.pop(); state !== undefined; state = ending.pop()) {
      if (state.status === "cancelled" || (state !== this && !state.isPending)) continue;
      state.error = new BrambleError("CANCELLED", `${state.key} was cancelled`);
      state.#end("cancelled");
      cancelled.push(state);
      ending.push(...state.readers);
    }
    return cancelled;
  }

  /** It is tried again, with all that failed for its sake. */
  revive(): void {
    const reviving: FutureState[] = [this];
    for (let state = reviving.pop(); state !== undefined; state = reviving.pop()) {
      if (state.status !== "error" || state.cause !== this) continue;
      [state.status, state.error, state.cause, state.#settled] = ["pending", undefined, undefined, undefined];
      reviving.push(...state.readers);
    }
  }

  #end(status: FutureStatus): void {
    this.status = status;
    this.#settle?.();
    for (const callback of this.#onSettled) callback();
    this.#onSettled.clear();
  }
}
