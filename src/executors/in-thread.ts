import { setImmediate } from "node:timers/promises";
import type { NativeBinding, NativeCallExecutor, NativeValue } from "../native/binding.js";
import { BatchReader, type Call } from "./batch.js";
import type { CallMaker } from "./call-maker.js";
import { clock } from "./clock.js";
import type { Codec } from "./codec.js";
import { callAs, GRACE, Task } from "./current-task.js";
import type { CallTables } from "./program.js";
import { type Results, NO_RESULTS, ResultsWriter } from "./results.js";
import { argumentsOf, isPromise } from "./run-call.js";

/** How long the event loop may wait, in milliseconds: for signals, timers and whatever else the process does. */
const SLICE = 20;

/** Calls taken at a time. Few, for all of a batch are made before any reader of their results. */
const BATCH = 32;

/** Values do not leave the thread. */
const NO_CODEC: Codec = {
  decode: () => {
    throw new TypeError("a value from another thread");
  },
};

/** Makes the calls of one run in the thread that asked for it: one at a time, without encoding anything. */
export class InThread implements CallMaker {
  /** The queue that the run leaves its calls in. */
  readonly queue: number;
  readonly #tables: CallTables;
  readonly #binding: NativeBinding;
  readonly #executor: NativeCallExecutor;
  readonly #held = new Map<number, unknown>();
  #last = 0;
  #wake: (() => void) | undefined;
  #isAwake = false;
  #isOver = false;
  #hasFailed = false;
  #task: Task | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(binding: NativeBinding, tables: CallTables) {
    this.#binding = binding;
    this.#tables = tables;
    this.queue = binding.openCallQueue();
    this.#executor = new binding.CallExecutor(this.queue, 0, false, () => this.#onWork());
  }

  begin(): void {
    // It rejects with nothing but a bug, which then ends the process as it should.
    void this.#work();
  }

  valueOf(value: NativeValue): unknown {
    return this.#held.get(value.held ?? -1);
  }

  /** Makes calls until the run is over. */
  async #work(): Promise<void> {
    let sliceStart = performance.now();
    let results: Results = NO_RESULTS;
    while (!this.#isOver) {
      this.#isAwake = false;
      const batch = this.#executor.exchange(results.head, results.payload, results.buffers, BATCH);
      results = NO_RESULTS;
      if (batch === null) {
        await this.#sleep();
        sliceStart = performance.now();
        continue;
      }
      const reader = new BatchReader(batch, NO_CODEC, this.#held);
      for (const number of reader.released) this.#held.delete(number);
      const writer = new ResultsWriter();
      // At least one call of a batch is made, however late it is.
      for (let call = reader.next(); call !== undefined; call = reader.next()) {
        const isLate = !writer.isEmpty && performance.now() - sliceStart > SLICE;
        if (this.#hasFailed || isLate) {
          writer.returned(call.ticket);
          continue;
        }
        const begun = reader.isTraced ? clock() : 0;
        const made = this.#make(call, writer);
        if (made !== undefined) await made;
        if (reader.isTraced) writer.times(call.ticket, begun, clock());
      }
      results = writer.finish();
      if (performance.now() - sliceStart > SLICE) {
        await setImmediate();
        sliceStart = performance.now();
      }
    }
    this.#binding.closeCallQueue(this.queue);
  }

  end(): void {
    clearTimeout(this.#grace);
    this.#isOver = true;
    this.#onWork();
  }

  abort(reason: unknown): void {
    this.#task?.abort(reason);
    this.#grace = setTimeout(() => this.#binding.giveUpStopped(this.queue), GRACE);
  }

  /** Not an async function: most calls give no promise, and each await takes a turn. */
  #make(call: Call, writer: ResultsWriter): PromiseLike<void> | undefined {
    const task = new Task(() => this.#nameOf(call));
    this.#task = task;
    try {
      const template = this.#tables.args[call.arguments];
      const args = argumentsOf({ template, slots: call.slots, info: call.info });
      const run = this.#tables.functions[call.function] as (...args: readonly unknown[]) => unknown;
      const result = callAs(task, run, args);
      if (isPromise(result)) {
        return result.then(
          (value) => this.#finish(call, value, writer),
          (error: unknown) => this.#fail(call, error, writer),
        );
      }
      this.#finish(call, result, writer);
    } catch (error) {
      this.#fail(call, error, writer);
    }
    return undefined;
  }

  #finish(call: Call, result: unknown, writer: ResultsWriter): void {
    if (call.values) {
      writer.held(call.ticket, this.#hold(result));
      return;
    }
    try {
      writer.chunk(call.ticket, result);
    } catch (error) {
      this.#fail(call, error, writer);
    }
  }

  #fail(call: Call, error: unknown, writer: ResultsWriter): void {
    this.#hasFailed = true;
    writer.held(call.ticket, this.#hold(error), true);
  }

  #nameOf(call: Call): string {
    const layer = this.#executor.describe()?.layers[call.layer] ?? "";
    return `${layer} (${call.block.join(", ")})`;
  }

  #hold(value: unknown): number {
    this.#last += 1;
    this.#held.set(this.#last, value);
    return this.#last;
  }

  /** Waits until there is something to do. */
  #sleep(): Promise<void> | undefined {
    if (this.#isAwake || this.#isOver) return undefined;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #onWork(): void {
    this.#isAwake = true;
    this.#wake?.();
    this.#wake = undefined;
  }
}
