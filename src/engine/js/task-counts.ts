import type { Grid, Tasks } from "../../generated/layers.js";
import { gridBlocks, product } from "../../graph/index.js";
import { allBlocks, blockAsBox, blockInBox, NONE, type Range, widen } from "./axis.js";
import type { StageOfLayer, StageRead } from "./layers/stage.js";

/** What explicit tasks read. */
export class TaskEdges {
  readonly #tasks: Tasks;
  readonly #inputs: readonly StageOfLayer[];
  readonly #own: number;

  constructor(tasks: Tasks, inputs: readonly StageOfLayer[], own: number) {
    this.#tasks = tasks;
    this.#inputs = inputs;
    this.#own = own;
  }

  /** Stages that tasks read besides their own. */
  get stages(): readonly StageOfLayer[] {
    return this.#inputs;
  }

  /** What a task reads, edge by edge. */
  of(task: number): StageRead[] {
    const { starts, edges, functions } = this.#tasks;
    return Array.from(edges.subarray(starts[task], starts[task + 1]), (edge) => {
      if (edge < functions.length) return { stage: this.#own, box: blockAsBox([edge]) };
      let rest = edge - functions.length;
      for (const { stage, grid } of this.#inputs) {
        const count = product(gridBlocks(grid));
        if (rest < count) return { stage, box: blockAsBox(blockInBox(grid.map(allBlocks), rest)) };
        rest -= count;
      }
      throw new RangeError(`task ${task} reads ${edge}, which is nothing`);
    });
  }

  /**
   * How often each task, and each block of the other stages, is read. `uses` says how often others read the tasks;
   * it is completed.
   */
  count(uses: number[]): TaskCounts {
    const inputs = new Map<number, Map<string, number>>();
    // Who is read stands before who reads it.
    for (let task = uses.length - 1; task >= 0; task -= 1) {
      if (uses[task] === 0) continue;
      for (const { stage, box } of this.of(task)) {
        const block = box.map(({ start }) => start);
        if (stage === this.#own) {
          const [read = 0] = block;
          uses[read] = (uses[read] ?? 0) + 1;
          continue;
        }
        const counts = inputs.get(stage) ?? new Map<string, number>();
        inputs.set(stage, counts.set(block.join(), (counts.get(block.join()) ?? 0) + 1));
      }
    }
    return { uses, inputs };
  }
}

/** How often tasks and what they read are read. */
export interface TaskCounts {
  readonly uses: readonly number[];
  /** By stage and by the numbers of a block. */
  readonly inputs: ReadonlyMap<number, ReadonlyMap<string, number>>;
}

/** The box around the blocks of a stage that tasks read; undefined if they read none. */
export function boxAround({ inputs }: TaskCounts, stage: number, grid: Grid): Range[] | undefined {
  const blocks = inputs.get(stage);
  if (blocks === undefined) return undefined;
  let box: Range[] = grid.map(() => NONE);
  for (const key of blocks.keys()) {
    const block = key === "" ? [] : key.split(",").map(Number);
    box = box.map((range, axis) => widen(range, blockAsBox(block)[axis] ?? NONE));
  }
  return box;
}
