import { availableParallelism } from "node:os";
import type { NativeValue } from "../native/binding.js";
import type { CallMaker } from "./call-maker.js";
import { decodeValue } from "./codec.js";
import { GRACE } from "./current-task.js";
import { type CallTables, encodeProgram } from "./program.js";
import type { WorkerPool } from "./worker-pool.js";

/** Lets the workers of a pool make the calls of one run. */
export class Remote implements CallMaker {
  readonly program: readonly Uint8Array[];
  readonly #pool: WorkerPool;
  readonly #workers: number;
  #grace: NodeJS.Timeout | undefined;

  constructor(pool: WorkerPool, tables: CallTables, numWorkers: number | undefined) {
    this.#pool = pool;
    this.#workers = numWorkers ?? availableParallelism();
    this.program = encodeProgram(tables);
  }

  get queue(): number {
    return this.#pool.queue;
  }

  begin(onFailure: (error: unknown) => void): void {
    this.#pool.begin(this, this.#workers, onFailure);
  }

  valueOf(value: NativeValue): unknown {
    return decodeValue(value);
  }

  abort(): void {
    this.#grace = setTimeout(() => this.#pool.giveUpStopped(), GRACE);
  }

  end(): void {
    clearTimeout(this.#grace);
    this.#pool.end(this);
  }
}
