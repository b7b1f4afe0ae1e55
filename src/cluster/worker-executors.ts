import { availableParallelism } from "node:os";
import { poolOf } from "../executors/pools.js";
import { NO_RESULTS } from "../executors/results.js";
import { threadStarter } from "../executors/threads/pool.js";
import { WorkerPool } from "../executors/worker-pool.js";
import type { NativeBinding } from "../native/binding.js";

/** Milliseconds between two looks at executors that do not stop. */
const GRACE = 5000;

/** The executors of a worker: threads of this process, which are started when the first call is there. */
export class WorkerExecutors {
  readonly #pool: WorkerPool;
  #looking: NodeJS.Timeout | undefined;

  /** Of a worker that has this process for itself, which ends if there can be none. */
  static ofProcess(binding: NativeBinding, threads: number): WorkerExecutors {
    return new WorkerExecutors(binding, poolOf(binding, "threads"), threads, (error) => {
      // Without executors this worker is of no use: whoever started it may start another.
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    });
  }

  /** Of a worker beside whatever else this process does. */
  static ofItsOwn(
    binding: NativeBinding,
    threads: number,
    onFailure: (error: unknown) => void,
  ): WorkerExecutors {
    return new WorkerExecutors(binding, new WorkerPool(binding, threadStarter({})), threads, onFailure);
  }

  private constructor(
    binding: NativeBinding,
    pool: WorkerPool,
    threads: number,
    onFailure: (error: unknown) => void,
  ) {
    this.#pool = pool;
    const workers = threads === 0 ? availableParallelism() : threads;
    const start = (): void => {
      // Calls that nobody wants any more and that do not end must not keep others from being made.
      this.#looking = setInterval(() => pool.giveUpStopped(), GRACE).unref();
      pool.begin(pool, workers, onFailure);
    };
    // It finds nothing to take, and is woken by the first call, which it leaves to the others.
    const first = new binding.CallExecutor(pool.queue, 0, false, start);
    first.exchange(NO_RESULTS.head, NO_RESULTS.payload, NO_RESULTS.buffers, 1);
  }

  /** Where they take calls. */
  get queue(): number {
    return this.#pool.queue;
  }

  /** Lets them end when they are free. */
  close(): void {
    clearInterval(this.#looking);
    this.#pool.close();
  }
}
