import { BrambleError } from "../../errors.js";
import { TASK, type Task } from "../../delayed/task.js";
import type { FutureDesk } from "./desk.js";
import type { FutureState, FutureStatus } from "./state.js";

/** How long to wait for a result. */
export interface ResultOptions {
  /** Seconds. Default: for ever. */
  readonly timeout?: number | undefined;
}

declare const RESULT: unique symbol;

/** @internal Where a future has what it stands for. */
export const STATE: unique symbol = Symbol("state");

/** Futures that nobody has any more release what they stand for. */
const abandoned = new FinalizationRegistry<{ readonly desk: FutureDesk; readonly state: FutureState }>(
  ({ desk, state }) => desk.release(state),
);

/**
 * The result of a call that a cluster makes. It stays on the worker that made it, for as long as somebody has the
 * future: until its scope ends (`using`), `release()` is called, or it is collected as garbage. Among the arguments
 * of `client.submit` it stands for its result, which goes from worker to worker.
 *
 * @example
 * const future = client.submit((x: number) => x + 1, 1);
 * await future.result(); // 2
 */
export class Future<T = unknown> {
  readonly #desk: FutureDesk;
  readonly #state: FutureState;
  #isReleased = false;
  /** What the result is, for the compiler; there is no such property. */
  declare readonly [RESULT]: T;

  /** @internal */
  constructor(desk: FutureDesk, state: FutureState) {
    this.#desk = desk;
    this.#state = state;
    state.users += 1;
    abandoned.register(this, { desk, state }, this);
  }

  /** What the call is named in errors and logs. */
  get key(): string {
    return this.#state.key;
  }

  /** What has become of the call. */
  get status(): FutureStatus {
    return this.#state.status;
  }

  /** Whether it was made, has failed or was cancelled. */
  done(): boolean {
    return !this.#state.isPending;
  }

  /** Whether it was cancelled. */
  cancelled(): boolean {
    return this.#state.status === "cancelled";
  }

  /**
   * The result, when it is there.
   *
   * @throws what the function threw; {@link BrambleError} `CANCELLED` if the call was cancelled or the future
   *   released, `TIMEOUT` if it takes too long, `WORKER_LOST` if workers died of it.
   */
  async result({ timeout }: ResultOptions = {}): Promise<T> {
    this.#check();
    await this.#desk.settled(this.#state, timeout);
    if (this.#state.status !== "finished") throw this.#state.error;
    return (await this.#desk.get(this.#state)) as T;
  }

  /** What the call failed with, when it is over; undefined if it was made. */
  async exception({ timeout }: ResultOptions = {}): Promise<unknown> {
    this.#check();
    await this.#desk.settled(this.#state, timeout);
    return this.#state.error;
  }

  /** Gives the call up, and all that read its result. */
  cancel(): void {
    this.#desk.cancel(this.#state);
  }

  /** Makes a call that failed once more, and those that failed for its sake. */
  retry(): void {
    this.#desk.retry(this.#state);
  }

  /** Has a function called once the call is over. */
  addDoneCallback(callback: (future: this) => void): void {
    this.#state.whenSettled(() => queueMicrotask(() => callback(this)));
  }

  /** Lets the cluster forget the result, unless another future stands for it. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    abandoned.unregister(this);
    this.#desk.release(this.#state);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal Waits for something while the process stays. */
  stayFor<V>(promise: Promise<V>): Promise<V> {
    return this.#desk.stayFor(promise);
  }

  /** @internal What stands for the result among the arguments of other calls. */
  get [TASK](): Task {
    this.#check();
    if (this.#state.status === "cancelled") throw this.#state.error;
    return this.#state.task;
  }

  /** @internal */
  get [STATE](): FutureState {
    return this.#state;
  }

  #check(): void {
    if (this.#isReleased) throw new BrambleError("CANCELLED", `${this.key} was released`);
  }
}
