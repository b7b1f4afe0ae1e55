import { Batches } from "../engine/batches.js";
import type { TaskSpan } from "../engine/engine.js";
import type { WireTaskSpan } from "./requests.js";

/** Tasks of a graph that were done on a cluster, and the names of those who did them. */
interface DoneTasks {
  readonly spans: readonly WireTaskSpan[];
  readonly workers: readonly (readonly [worker: number, name: string])[];
}

/** Reads the tasks of a graph that the scheduler tells, for those who watch computations. */
export class DoneTaskReader {
  readonly #onTasks: (spans: readonly TaskSpan[]) => void;
  readonly #batches = new Batches();
  /** Milliseconds since 1970 when the scheduler was started, by the clock of this machine. */
  #started = Number.POSITIVE_INFINITY;

  constructor(onTasks: (spans: readonly TaskSpan[]) => void) {
    this.#onTasks = onTasks;
  }

  /** Tells a batch, which is in JSON. */
  read(json: string): void {
    this.#batches.add();
    const { spans, workers } = JSON.parse(json) as DoneTasks;
    const last = spans.at(-1);
    // It was on its way for a while: the quickest batch tells best when the scheduler was started.
    if (last !== undefined) this.#started = Math.min(this.#started, Date.now() - 1000 * last.end);
    const names = new Map(workers);
    this.#onTasks(
      spans.map(({ layer, block, worker, start, end }) => ({
        layer,
        block,
        worker: names.get(worker) ?? String(worker),
        start: this.#started + 1000 * start,
        end: this.#started + 1000 * end,
      })),
    );
  }

  /** Waits until so many batches have come. */
  all(batches: number): Promise<void> {
    return this.#batches.all(batches);
  }
}
