import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ResourceLimits } from "../../engine/engine.js";
import type { NativeBatch, NativeBinding, NativeCallExecutor } from "../../native/binding.js";
import { workerExecArgv } from "../exec-argv.js";
import { NO_RESULTS, type Results } from "../results.js";
import type { PoolWorker, StartWorker, WorkerEvents, WorkerSetup } from "../worker-pool.js";
import { type FromChild, receive, send, type SentProgram, sharedOf, type ToChild } from "./messages.js";

/** A process that has made so many calls is replaced: what its functions leaked is gone with it. */
const MOST_CALLS = 1e6;

/** Starts processes that make calls. */
export function processStarter(binding: NativeBinding, limits: ResourceLimits): StartWorker {
  return (setup, events) => new ProcessWorker(binding, limits, setup, events);
}

/** A process that makes calls; it is given a batch at a time. */
class ProcessWorker implements PoolWorker {
  readonly #binding: NativeBinding;
  readonly #child: ChildProcess;
  readonly #executor: NativeCallExecutor;
  readonly #events: WorkerEvents;
  /** Runs whose program the process knows. */
  readonly #known = new Set<number>();
  #isIdle = false;
  #isClosing = false;
  #limit = 1;
  /** How many calls it has made. */
  #made = 0;
  /** What is shared with the process until it answers. */
  #shared: number[] = [];
  #lastWords = "";

  constructor(
    binding: NativeBinding,
    limits: ResourceLimits,
    { queue, id, depth }: WorkerSetup,
    events: WorkerEvents,
  ) {
    this.#binding = binding;
    this.#events = events;
    this.#executor = new binding.CallExecutor(queue, id, true, () => this.#onWork());
    this.#child = fork(fileURLToPath(new URL("./child.js", import.meta.url)), [String(depth)], {
      execArgv: [...workerExecArgv(), ...limitOptions(limits)],
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#listen();
  }

  close(): void {
    this.#isClosing = true;
    if (this.#isIdle) this.#child.disconnect();
  }

  abandon(): void {
    this.#child.kill("SIGKILL");
  }

  #listen(): void {
    const child = this.#child;
    child.stdout?.on("data", (text: Buffer) => process.stdout.write(text));
    child.stderr?.on("data", (text: Buffer) => {
      this.#lastWords = `${this.#lastWords}${text.toString()}`.slice(-10_000);
      process.stderr.write(text);
    });
    child.on("message", (message: FromChild) => this.#onMessage(message));
    child.on("error", (error) => this.#onEnd(error.message));
    child.on("exit", (code, signal) => this.#onEnd(this.#describeDeath(code, signal)));
    // A process that nobody waits for keeps this one not alive; it ends with it.
    child.unref();
    child.channel?.unref();
    for (const stream of [child.stdout, child.stderr]) (stream as { unref?: () => void } | null)?.unref?.();
  }

  #onMessage(message: FromChild): void {
    if (message.kind === "ready") {
      this.#events.onReady();
      this.#next(NO_RESULTS);
      return;
    }
    const { results, limit, made, forgotten } = message;
    this.#limit = limit;
    this.#made = made;
    for (const run of forgotten) this.#known.delete(run);
    this.#free();
    const buffers = receive(this.#binding, this.#child.pid ?? 0, results.buffers);
    const descriptors = sharedOf(results.buffers);
    if (descriptors.length > 0) this.#tell({ kind: "free", descriptors });
    this.#next({ ...results, buffers });
  }

  /** Hands results in and sends the next calls. */
  #next({ head, payload, buffers }: Results): void {
    const isLast = this.#isClosing || this.#made >= MOST_CALLS;
    const batch = this.#executor.exchange(head, payload, buffers, isLast ? 0 : this.#limit);
    this.#isIdle = batch === null;
    // As `BatchRunner.idle`, which the process learns with the next call.
    if (batch === null) this.#limit = 1;
    if (batch !== null) this.#give(batch);
    else if (isLast) this.#retire();
  }

  #retire(): void {
    this.#isIdle = false;
    if (!this.#isClosing) this.#events.onRetire();
    this.#child.disconnect();
  }

  #give({ run, traced = false, head, payload = NO_RESULTS.payload, buffers = [] }: NativeBatch): void {
    const sent = send(this.#binding, buffers);
    this.#shared = sharedOf(sent);
    const isKnown = this.#known.has(run);
    const program = isKnown ? undefined : this.#program();
    this.#known.add(run);
    const batch = { head, payload, buffers: sent };
    this.#tell({ kind: "batch", run, traced, batch, ...(program !== undefined && { program }) });
  }

  /** What the calls refer to, which is freed with what they read. */
  #program(): SentProgram | undefined {
    const program = this.#executor.describe();
    if (program === null) return undefined;
    const parts = send(this.#binding, program.parts);
    this.#shared = [...this.#shared, ...sharedOf(parts)];
    return { parts, layers: program.layers };
  }

  #onWork(): void {
    if (this.#isIdle) {
      this.#next(NO_RESULTS);
      return;
    }
    const tickets = this.#executor.stopped();
    if (tickets.length > 0) this.#tell({ kind: "stop", tickets });
  }

  #tell(message: ToChild): void {
    // Its end is told by an event.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #free(): void {
    for (const descriptor of this.#shared) this.#binding.closeShared(descriptor);
    this.#shared = [];
  }

  #onEnd(why: string): void {
    this.#isIdle = false;
    this.#free();
    this.#events.onEnd(why);
  }

  #describeDeath(code: number | null, signal: string | null): string {
    if (/heap out of memory|heap limit/.test(this.#lastWords)) return "the worker process ran out of memory";
    if (signal !== null) return `the worker process was killed (${signal})`;
    return `the worker process ended (exit code ${code})`;
  }
}

function limitOptions({
  maxOldGenerationSizeMb,
  maxYoungGenerationSizeMb,
  stackSizeMb,
}: ResourceLimits): string[] {
  const options = {
    "max-old-space-size": maxOldGenerationSizeMb,
    "max-semi-space-size": maxYoungGenerationSizeMb,
    // In KB.
    "stack-size": stackSizeMb === undefined ? undefined : stackSizeMb * 1024,
  };
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
}
