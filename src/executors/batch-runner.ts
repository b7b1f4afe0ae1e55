import type { NativeBatch } from "../native/binding.js";
import { encode } from "../values/index.js";
import { BatchReader, type Call } from "./batch.js";
import { clock } from "./clock.js";
import { encodeError, VALUES } from "./codec.js";
import { callAs, Task } from "./current-task.js";
import type { Program } from "./program.js";
import { type Results, ResultsWriter } from "./results.js";
import { argumentsOf, isPromise } from "./run-call.js";

/** A batch should take about so long, in milliseconds; what is not begun by then others may take. */
const BATCH_TIME = 10;
/** Calls in a batch at most. */
const LARGEST_BATCH = 128;

const NOTHING_HELD: ReadonlyMap<number, unknown> = new Map();

/** Makes the calls of batches where values come and go encoded. */
export class BatchRunner {
  /** How long a call takes, in milliseconds. */
  #pace = Number.POSITIVE_INFINITY;
  #task: Task | undefined;
  #ticket = -1;
  /** Tickets of calls in the batch that nobody wants any more. */
  readonly #stopped = new Set<number>();

  /** How many calls to take next. */
  get limit(): number {
    return Math.max(1, Math.min(LARGEST_BATCH, Math.round(BATCH_TIME / 2 / this.#pace)));
  }

  /** The task under way. */
  get task(): Task | undefined {
    return this.#task;
  }

  /** Calls were stopped, perhaps before they began. */
  stop(tickets: readonly number[]): void {
    for (const ticket of tickets) this.#stopped.add(ticket);
    if (tickets.includes(this.#ticket))
      this.#task?.abort(new DOMException("The computation was stopped", "AbortError"));
  }

  /**
   * Makes the calls of a batch; those that it has no time for are given back. If what they refer to cannot be loaded,
   * all of them fail.
   */
  async run(batch: NativeBatch, loading: Promise<Program>): Promise<Results> {
    let program: Program;
    try {
      program = await loading;
    } catch (error) {
      return failAll(batch, error);
    }
    const reader = new BatchReader(batch, VALUES, NOTHING_HELD);
    const writer = new ResultsWriter();
    const start = performance.now();
    let made = 0;
    for (let call = reader.next(); call !== undefined; call = reader.next()) {
      const isLate = made > 0 && performance.now() - start > BATCH_TIME;
      if (isLate || this.#stopped.has(call.ticket)) {
        writer.returned(call.ticket);
        continue;
      }
      const begun = reader.isTraced ? clock() : 0;
      const running = this.#make(call, program, writer);
      if (running !== undefined) await running;
      if (reader.isTraced) writer.times(call.ticket, begun, clock());
      made += 1;
    }
    this.#task = undefined;
    this.#ticket = -1;
    this.#stopped.clear();
    if (made > 0) this.#pace = Math.max(1e-4, (performance.now() - start) / made);
    return writer.finish();
  }

  /** Not an async function: most calls give no promise, and each await takes a turn. */
  #make(call: Call, program: Program, writer: ResultsWriter): Promise<void> | undefined {
    const name = program.functions[call.function]?.name ?? "";
    const task = new Task(() => {
      const place = `${program.layers[call.layer] ?? ""} (${call.block.join(", ")})`;
      return name === "" ? place : `${name} of ${place}`;
    });
    this.#task = task;
    this.#ticket = call.ticket;
    const finish = (result: unknown): void => {
      try {
        if (call.values) writer.encoded(call.ticket, encode(result, `the result of ${name || "a task"}`));
        else writer.chunk(call.ticket, result);
      } catch (error) {
        fail(error);
      }
    };
    const fail = (error: unknown): void => writer.encoded(call.ticket, encodeError(error), true);
    const start = (slots: readonly unknown[]): unknown => {
      const args = argumentsOf({ template: program.args[call.arguments], slots, info: call.info });
      return callAs(task, program.functions[call.function] as (...args: readonly unknown[]) => unknown, args);
    };
    try {
      const isLoading = call.slots.some((slot) => slot instanceof Promise);
      const result = isLoading ? Promise.all(call.slots).then(start) : start(call.slots);
      if (isPromise(result)) return Promise.resolve(result).then(finish, fail);
      finish(result);
    } catch (error) {
      fail(error);
    }
    return undefined;
  }
}

function failAll(batch: NativeBatch, error: unknown): Results {
  const reader = new BatchReader(batch, VALUES, NOTHING_HELD);
  const writer = new ResultsWriter();
  for (let call = reader.next(); call !== undefined; call = reader.next()) {
    writer.encoded(call.ticket, encodeError(error), true);
  }
  return writer.finish();
}
