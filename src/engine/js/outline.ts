import type { Outline, OutlineOptions, OutlineTask, WireGraph } from "../engine.js";
import { allBlocks, blockInBox, boxSize, ravel } from "./axis.js";
import type { BlockNumbers } from "./block.js";
import { readsOf } from "./links.js";
import { type Plan, planOf, type PlannedStage } from "./plan.js";

/** The stages of a graph and their tasks, in the order in which they would run. */
export function outline(graph: WireGraph, { most, buffers }: OutlineOptions): Outline {
  const plan = planOf(graph, buffers, { functions: [], args: [], givenUp: new Promise(() => {}) });
  const layers = plan.stages.map((stage) => ({
    name: stage.layer.name,
    description: Object.keys(stage.layer.kind).join(),
    blocks: stage.counts?.uses.filter((uses) => uses > 0).length ?? boxSize(stage.wanted),
    inputs: (stage.edges?.stages ?? stage.inputs).map((read) => read.stage),
  }));
  return { layers, tasks: new TaskList(plan, most).list() };
}

/** A block of a stage. */
interface Place {
  readonly stage: number;
  readonly block: BlockNumbers;
}

/** Lists tasks, each behind those that it reads. */
class TaskList {
  readonly #plan: Plan;
  readonly #most: number;
  readonly #tasks: OutlineTask[] = [];
  /** For each stage the numbers of its tasks by their blocks. */
  readonly #numbers: readonly Map<number, number>[];

  constructor(plan: Plan, most: number) {
    this.#plan = plan;
    this.#most = most;
    this.#numbers = plan.stages.map(() => new Map());
  }

  /** All tasks; null if there are too many. */
  list(): OutlineTask[] | null {
    for (const output of this.#plan.outputs) {
      const box = this.#stage(output).grid.map(allBlocks);
      for (let place = 0; place < boxSize(box); place += 1) {
        this.#add({ stage: output, block: blockInBox(box, place) });
        if (this.#tasks.length > this.#most) return null;
      }
    }
    return this.#tasks;
  }

  /** Adds a task and all that it needs. */
  #add(root: Place): void {
    const stack = [{ place: root, reads: this.#reads(root), next: 0 }];
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const { place, reads } = frame;
      const read = reads[frame.next];
      frame.next += 1;
      if (this.#tasks.length > this.#most) return;
      if (this.#numberOf(place) !== undefined) stack.pop();
      else if (read !== undefined) stack.push({ place: read, reads: this.#reads(read), next: 0 });
      else {
        stack.pop();
        const inputs = reads.flatMap((input) => this.#numberOf(input) ?? []);
        const number = this.#tasks.push({ layer: place.stage, block: place.block, inputs }) - 1;
        this.#numbers[place.stage]?.set(this.#ravel(place), number);
      }
    }
  }

  #reads({ stage, block }: Place): Place[] {
    const { edges, inputs } = this.#stage(stage);
    const boxes =
      edges?.of(block[0] ?? 0) ??
      inputs.flatMap((input) => readsOf(input.link, block).map((box) => ({ stage: input.stage, box })));
    return boxes.flatMap(({ stage: read, box }) =>
      Array.from({ length: boxSize(box) }, (_, place) => ({ stage: read, block: blockInBox(box, place) })),
    );
  }

  #numberOf(place: Place): number | undefined {
    return this.#numbers[place.stage]?.get(this.#ravel(place));
  }

  #ravel({ stage, block }: Place): number {
    return ravel(this.#stage(stage).grid, block);
  }

  #stage(number: number): PlannedStage {
    const stage = this.#plan.stages[number];
    if (stage === undefined) throw new RangeError(`no stage ${number}`);
    return stage;
  }
}
