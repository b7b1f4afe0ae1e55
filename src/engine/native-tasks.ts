import { clock } from "../executors/clock.js";
import type { NativeTasks } from "../native/binding.js";
import { Batches } from "./batches.js";
import type { RunRequest, Scheduler, TaskSpan } from "./engine.js";

/** What executors are, by scheduler. */
const EXECUTORS: Readonly<Record<Scheduler, string>> = {
  threads: "thread",
  processes: "process",
  sync: "main",
  distributed: "worker",
};

/** Reads the tasks that a run of the Rust core tells. */
export class TaskReader {
  readonly #onTasks: (spans: readonly TaskSpan[]) => void;
  readonly #executor: string;
  /** Added to what `clock` shows it gives milliseconds since 1970. */
  readonly #epoch = Date.now() - clock();
  readonly #batches = new Batches();

  constructor({ onTasks = () => {}, scheduler }: RunRequest) {
    this.#onTasks = onTasks;
    this.#executor = EXECUTORS[scheduler];
  }

  /** Tells a batch. */
  read({ layers, spans }: NativeTasks): void {
    this.#batches.add();
    const told: TaskSpan[] = [];
    for (let at = 0; at < spans.length; ) {
      const [layer = 0, kind, number = 0, start = 0, end = 0, ndim = 0] = spans.subarray(at, at + 6);
      at += 6;
      told.push({
        layer: layers[layer] ?? "",
        block: [...spans.subarray(at, at + ndim)],
        worker: kind === 0 ? `core ${number}` : this.#nameOf(number),
        start: start + this.#epoch,
        end: end + this.#epoch,
      });
      at += ndim;
    }
    this.#onTasks(told);
  }

  /** Waits until so many batches have come. */
  all(batches: number): Promise<void> {
    return this.#batches.all(batches);
  }

  #nameOf(executor: number): string {
    return this.#executor === "main" ? "main" : `${this.#executor} ${executor}`;
  }
}
