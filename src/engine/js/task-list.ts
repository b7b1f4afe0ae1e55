import { clock } from "../../executors/clock.js";
import type { Layer } from "../../generated/layers.js";
import { NO_ENTRY } from "../../graph/index.js";
import type { TaskSpan } from "../engine.js";
import type { BlockNumbers } from "./block.js";

/** The tasks that have run and that nobody was told of yet. */
export class TaskList {
  readonly #onTasks: (spans: readonly TaskSpan[]) => void;
  /** Added to what `clock` shows it gives milliseconds since 1970. */
  readonly #epoch = Date.now() - clock();
  #spans: TaskSpan[] = [];

  constructor(onTasks: (spans: readonly TaskSpan[]) => void) {
    this.#onTasks = onTasks;
  }

  /** A block of a layer has been made, begun when `clock` showed so much. */
  add({ name, kind }: Layer, block: BlockNumbers, begun: number): void {
    // What only passes a block on is no task.
    if ("tasks" in kind && kind.tasks.functions[block[0] ?? 0] === NO_ENTRY) return;
    const [start, end] = [begun + this.#epoch, clock() + this.#epoch];
    this.#spans.push({ layer: name, block, worker: "main", start, end });
  }

  /** Tells what is new. */
  tell(): void {
    const news = this.#spans;
    this.#spans = [];
    if (news.length > 0) this.#onTasks(news);
  }
}
