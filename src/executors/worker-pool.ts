import { log } from "../diagnostics/log.js";
import { BrambleError } from "../errors.js";
import type { NativeBinding } from "../native/binding.js";
import { depthOfWorkers } from "./descent.js";

/** An executor outside of this thread. */
export interface PoolWorker {
  /** Lets it end when it is free. */
  close(): void;
  /** Ends it at once if that can be done, else as `close` does. */
  abandon(): void;
}

/** What a worker tells of itself. */
export interface WorkerEvents {
  /** It has started. */
  onReady(): void;
  /** It takes no more calls and ends: another is to have its place. */
  onRetire(): void;
  /** It has ended, and how. */
  onEnd(why: string): void;
}

/** What a worker is started with. */
export interface WorkerSetup {
  /** From which it takes calls. */
  readonly queue: number;
  /** Its number there. */
  readonly id: number;
  /** How many workers are around it, and itself. */
  readonly depth: number;
}

/** Starts a worker as an executor of a queue. */
export type StartWorker = (setup: WorkerSetup, events: WorkerEvents) => PoolWorker;

/** So many workers may end before one of them is ready. */
const MOST_FAILED_STARTS = 3;

/**
 * Workers that make the calls of all runs, started when they are first needed and kept. One that dies is replaced;
 * what it was doing goes to others, or fails.
 */
export class WorkerPool {
  /** Where runs leave their calls. */
  readonly queue: number;
  readonly #binding: NativeBinding;
  readonly #start: StartWorker;
  readonly #depth: number;
  readonly #workers = new Map<number, PoolWorker>();
  /** Runs under way, and what to tell them when no worker starts. */
  readonly #runs = new Map<
    object,
    { readonly workers: number; readonly onFailure: (error: unknown) => void }
  >();
  #started = 0;
  #failedStarts = 0;

  constructor(binding: NativeBinding, start: StartWorker) {
    this.#binding = binding;
    this.#start = start;
    this.#depth = depthOfWorkers();
    this.queue = binding.openCallQueue();
  }

  /** A run begins, for which so many workers should be there. */
  begin(run: object, workers: number, onFailure: (error: unknown) => void): void {
    this.#runs.set(run, { workers, onFailure });
    this.#fill();
  }

  /** A run is over. */
  end(run: object): void {
    this.#runs.delete(run);
  }

  /** Lets all workers end when they are free. */
  close(): void {
    this.#runs.clear();
    for (const worker of this.#workers.values()) worker.close();
    this.#workers.clear();
  }

  /** Gives up the workers that do not stop, and starts others. */
  giveUpStopped(): void {
    for (const id of this.#binding.giveUpStopped(this.queue)) {
      this.#workers.get(id)?.abandon();
      this.#workers.delete(id);
    }
    this.#fill();
  }

  #fill(): void {
    const wanted = Math.max(0, ...Array.from(this.#runs.values(), ({ workers }) => workers));
    while (this.#workers.size < wanted) this.#add();
  }

  #add(): void {
    this.#started += 1;
    const id = this.#started;
    log("debug", "worker.start", { worker: id });
    let isReady = false;
    const worker = this.#start(
      { queue: this.queue, id, depth: this.#depth },
      {
        onReady: () => {
          isReady = true;
          this.#failedStarts = 0;
        },
        onRetire: () => {
          log("debug", "worker.retired", { worker: id });
          this.#workers.delete(id);
          this.#fill();
        },
        onEnd: (why) => {
          this.#binding.loseExecutor(this.queue, id, why);
          if (!this.#workers.delete(id)) return;
          log("warn", "worker.lost", { worker: id, why });
          if (!isReady) this.#failedStarts += 1;
          if (this.#failedStarts < MOST_FAILED_STARTS) this.#fill();
          else this.#fail(why);
        },
      },
    );
    this.#workers.set(id, worker);
  }

  #fail(why: string): void {
    this.#failedStarts = 0;
    const error = new BrambleError("WORKER_LOST", `No worker could be started: ${why}`);
    for (const { onFailure } of this.#runs.values()) onFailure(error);
  }
}
