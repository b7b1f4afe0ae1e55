import type { NativeBatch } from "../native/binding.js";
import { encode } from "../values/index.js";
import { knownName } from "../values/known.js";
import { BatchReader, type Call } from "./batch.js";
import { clock } from "./clock.js";
import { encodeError, VALUES } from "./codec.js";
import { callAs, Task } from "./current-task.js";
import { noteCall } from "./descent.js";
import type { Program } from "./program.js";
import { type Results, ResultsWriter } from "./results.js";
import { argumentsOf, isPromise } from "./run-call.js";

/** A batch should take about so long, in milliseconds; what is not begun by then others may take. */
const BATCH_TIME = 10;
/** Calls in a batch at most. */
const LARGEST_BATCH = 128;

const NOTHING_HELD: ReadonlyMap<number, unknown> = new Map();

/** Calls that leave their place to others while they wait, where that is possible. */
export interface AsideCalls {
  /** One waits, or goes on. */
  set(ticket: number, waits: boolean): void;
  /** One that had left its place has ended. */
  handIn(results: Results): void;
}

/** A call under way. */
interface Running {
  /** When it has ended, or has left its place. */
  readonly over: Promise<void>;
}

/** Makes the calls of batches where values come and go encoded. */
export class BatchRunner {
  readonly #asides: AsideCalls | undefined;
  /** How long a call takes, in milliseconds. */
  #pace = Number.POSITIVE_INFINITY;
  /** Calls in the next batch at most. */
  #most = LARGEST_BATCH;
  /** Functions of which a call has ended: others may take for ever, or this process with them. */
  readonly #ended = new WeakSet<CallableFunction>();
  #made = 0;
  #task: Task | undefined;
  #ticket = -1;
  /** Tickets of calls in the batch that nobody wants any more. */
  readonly #stopped = new Set<number>();
  /** By their tickets, calls that have left their place and not ended. */
  readonly #aside = new Map<number, Task>();

  constructor(asides?: AsideCalls) {
    this.#asides = asides;
  }

  /** How many calls to take next. */
  get limit(): number {
    return Math.max(1, Math.min(this.#most, Math.round(BATCH_TIME / 2 / this.#pace)));
  }

  /** There was nothing to do: what comes next may take far longer than what was last, and others should have their share. */
  idle(): void {
    this.#pace = Number.POSITIVE_INFINITY;
  }

  /** How many calls it has made. */
  get made(): number {
    return this.#made;
  }

  /** The task under way. */
  get task(): Task | undefined {
    return this.#task;
  }

  /** Calls were stopped, perhaps before they began. */
  stop(tickets: readonly number[]): void {
    for (const ticket of tickets) {
      this.#stopped.add(ticket);
      const task = ticket === this.#ticket ? this.#task : this.#aside.get(ticket);
      task?.abort(new DOMException("The computation was stopped", "AbortError"));
    }
  }

  /**
   * Makes the calls of a batch; those that it has no time for are given back, and a function that is new, so that what
   * was made before it is handed in and it alone is blamed for what it does. If what they refer to cannot be loaded, all
   * of them fail.
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
    let isCut = false;
    for (let call = reader.next(); call !== undefined; call = reader.next()) {
      const called = program.functions[call.function];
      isCut ||= made > 0 && called !== undefined && !this.#ended.has(called);
      const isLate = isCut || (made > 0 && performance.now() - start > BATCH_TIME);
      if (isLate || this.#stopped.has(call.ticket)) {
        writer.returned(call.ticket);
        continue;
      }
      const begun = reader.isTraced ? clock() : 0;
      const running = this.#make(call, program, writer);
      if (running !== undefined) await running.over;
      if (called !== undefined) this.#ended.add(called);
      if (reader.isTraced) writer.times(call.ticket, begun, clock());
      made += 1;
    }
    this.#made += made;
    // Where every function is a new one, few are taken in vain.
    this.#most = isCut ? made : Math.min(LARGEST_BATCH, 2 * this.#most);
    this.#task = undefined;
    this.#ticket = -1;
    this.#stopped.clear();
    if (made > 0) this.#pace = Math.max(1e-4, (performance.now() - start) / made);
    return writer.finish();
  }

  /** Not an async function: most calls give no promise, and each await takes a turn. */
  #make(call: Call, program: Program, batch: ResultsWriter): Running | undefined {
    const name = nameOf(program.functions[call.function]);
    const place = new Place(call.ticket, batch, this.#asides);
    const nameOfPlace = (): string => `${program.layers[call.layer] ?? ""} (${call.block.join(", ")})`;
    const nameOfTask = (): string => (name === "" ? nameOfPlace() : `${name} of ${nameOfPlace()}`);
    const nameOfResult = (): string => `the result of ${name || nameOfPlace()}`;
    const onAside = (waits: boolean): void => {
      if (place.set(waits)) this.#aside.set(call.ticket, task);
    };
    const task: Task = new Task(nameOfTask, onAside, true);
    this.#task = task;
    this.#ticket = call.ticket;
    const finish = (result: unknown): void => {
      try {
        if (!call.values) place.writer.chunk(call.ticket, result);
        else if (typeof result === "number") place.writer.number(call.ticket, result);
        else place.writer.encoded(call.ticket, encode(result, nameOfResult));
      } catch (error) {
        fail(error);
      }
    };
    const fail = (error: unknown): void => place.writer.encoded(call.ticket, encodeError(error), true);
    const start = (slots: readonly unknown[]): unknown => {
      const args = argumentsOf({ template: program.args[call.arguments], slots, info: call.info });
      return callAs(task, program.functions[call.function] as (...args: readonly unknown[]) => unknown, args);
    };
    noteCall();
    try {
      const isLoading = call.slots.some((slot) => slot instanceof Promise);
      const result = isLoading ? Promise.all(call.slots).then(start) : start(call.slots);
      if (isPromise(result)) {
        const ended = Promise.resolve(result)
          .then(finish, fail)
          .then(() => {
            this.#aside.delete(call.ticket);
            place.end();
          });
        return { over: Promise.race([ended, place.left()]) };
      }
      finish(result);
    } catch (error) {
      fail(error);
    }
    return undefined;
  }
}

/** What a function is called; nothing for one of ours, which says nothing to people: the name of its layer does. */
function nameOf(called: CallableFunction | undefined): string {
  return called === undefined || knownName(called) !== undefined ? "" : called.name;
}

/** The place of a call in its batch, which it may leave. */
class Place {
  #writer: ResultsWriter;
  #leave: (() => void) | undefined;
  #hasLeft = false;
  readonly #ticket: number;
  readonly #asides: AsideCalls | undefined;

  constructor(ticket: number, batch: ResultsWriter, asides: AsideCalls | undefined) {
    this.#ticket = ticket;
    this.#writer = batch;
    this.#asides = asides;
  }

  /** Where the call writes how it ended. */
  get writer(): ResultsWriter {
    return this.#writer;
  }

  /** Waits until it has left. */
  left(): Promise<void> {
    if (this.#hasLeft) return Promise.resolve();
    return new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  /** The call waits, or goes on. Tells whether it has left now, which it does once: its batch does not wait for it. */
  set(waits: boolean): boolean {
    if (this.#asides === undefined) return false;
    this.#asides.set(this.#ticket, waits);
    if (!waits || this.#hasLeft) return false;
    this.#hasLeft = true;
    this.#writer = new ResultsWriter();
    this.#leave?.();
    return true;
  }

  /** The call has ended. */
  end(): void {
    if (this.#hasLeft) this.#asides?.handIn(this.#writer.finish());
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
