import { clock } from "../../executors/clock.js";
import { blockInBox, boxSize, type Range, ravel } from "./axis.js";
import type { Block, BlockNumbers, Made } from "./block.js";
import type { StageRead } from "./layers/stage.js";
import { type Link, readsOf } from "./links.js";
import { type Plan, type PlannedStage, usesOf, withLayer } from "./plan.js";

/** A block that is being made. */
interface Frame {
  readonly number: number;
  readonly stage: PlannedStage;
  readonly block: BlockNumbers;
  /** The blocks that it reads. */
  readonly reads: readonly StageRead[];
  /** How far the search for missing ones has come: an entry of `reads` and a place in its box. */
  read: number;
  place: number;
}

/** A block that was made. */
interface Kept {
  readonly block: Made;
  /** How often it will be read yet. */
  uses: number;
}

/** Called after each block that was made, with when it was begun; what it gives is waited for. */
export type OnBlock = (stage: PlannedStage, block: BlockNumbers, begun: number) => Promise<void> | undefined;

/**
 * Makes blocks on demand, depth first, and frees each when its last reader has run. Only blocks on the way to the
 * one that is wanted exist.
 */
export class Execution {
  readonly #plan: Plan;
  readonly #onBlock: OnBlock;
  /** For each stage its blocks by their numbers in the grid. */
  readonly #kept: readonly Map<number, Kept>[];

  constructor(plan: Plan, onBlock: OnBlock) {
    this.#plan = plan;
    this.#onBlock = onBlock;
    this.#kept = plan.stages.map(() => new Map());
  }

  /** Makes a block of an output and hands it over. */
  async take(output: number, block: BlockNumbers): Promise<Made> {
    // A stack of our own: chains of layers are longer than the call stack.
    const stack = [this.#frame(output, block)];
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const isMade = this.#isKept(frame.number, frame.block);
      const missing = isMade ? undefined : this.#missing(frame);
      if (missing !== undefined) {
        stack.push(missing);
        continue;
      }
      stack.pop();
      if (isMade) continue;
      const begun = clock();
      const made = this.#run(frame);
      this.#keep(frame, made instanceof Promise ? await made : made);
      const pause = this.#onBlock(frame.stage, frame.block, begun);
      if (pause !== undefined) await pause;
      stack.push(...this.#eagerReaders(frame));
    }
    return this.#use(output, block);
  }

  #frame(number: number, block: BlockNumbers): Frame {
    const stage = this.#plan.stages[number];
    if (stage === undefined) throw new RangeError(`no stage ${number}`);
    const reads =
      stage.edges?.of(block[0] ?? 0) ??
      stage.inputs.flatMap(({ stage: read, link }) =>
        readsOf(link, block).map((box) => ({ stage: read, box })),
      );
    return { number, stage, block, reads, read: 0, place: 0 };
  }

  /** The next block that a frame reads and that is yet to be made. */
  #missing(frame: Frame): Frame | undefined {
    for (; frame.read < frame.reads.length; frame.read += 1, frame.place = 0) {
      const { stage, box } = frame.reads[frame.read] ?? { stage: -1, box: [] };
      for (const count = boxSize(box); frame.place < count; frame.place += 1) {
        const block = blockInBox(box, frame.place);
        if (!this.#isKept(stage, block)) return this.#frame(stage, block);
      }
    }
    return undefined;
  }

  #run({ stage, block, reads }: Frame): Made | Promise<Made> {
    const inputs = reads.map(({ stage: number, box }) =>
      // Nothing but calls reads blocks of values.
      Array.from({ length: boxSize(box) }, (_, place) => this.#use(number, blockInBox(box, place)) as Block),
    );
    let left = stage.retries;
    function attempt(): Made | Promise<Made> {
      try {
        const made = stage.run(block, inputs);
        return made instanceof Promise ? made.catch(fail) : made;
      } catch (error) {
        return fail(error);
      }
    }

    function fail(error: unknown): Made | Promise<Made> {
      if (left === 0) throw withLayer(error, stage.layer, block);
      left -= 1;
      return attempt();
    }
    return attempt();
  }

  #keep({ number, stage, block }: Frame, made: Made): void {
    this.#kept[number]?.set(ravel(stage.grid, block), {
      block: made,
      uses: usesOf(this.#plan, number, block),
    });
  }

  #isKept(number: number, block: BlockNumbers): boolean {
    return this.#kept[number]?.has(ravel(this.#plan.stages[number]?.grid ?? [], block)) ?? false;
  }

  /** Reads a block, the last time of which frees it. */
  #use(number: number, block: BlockNumbers): Made {
    const place = ravel(this.#plan.stages[number]?.grid ?? [], block);
    const kept = this.#kept[number]?.get(place);
    if (kept === undefined) throw new RangeError(`block ${block.join(", ")} of stage ${number} is gone`);
    kept.uses -= 1;
    if (kept.uses <= 0) this.#kept[number]?.delete(place);
    return kept.block;
  }

  /**
   * Where several stages read a block, those that leave little of it: else all blocks would stay until the second
   * of two sums has its turn.
   */
  #eagerReaders({ stage, block }: Frame): Frame[] {
    if (stage.readers.length < 2) return [];
    return stage.readers.flatMap(({ stage: number, link }) => {
      if (link === undefined) return [];
      const reader = this.#plan.stages[number];
      const read = readerBlock(link, block);
      const isWanted = reader?.wanted.every((range, axis) => isIn(range, read[axis] ?? 0));
      return reader?.shrinks && isWanted ? [this.#frame(number, read)] : [];
    });
  }
}

/** The block of a stage that reads one block for each of its own, and no other. */
function readerBlock(link: Link, block: BlockNumbers): number[] {
  const read: number[] = [];
  for (const [axis, { output }] of "axes" in link ? link.axes.entries() : [])
    if (output !== undefined) read[output] = block[axis] ?? 0;
  return read;
}

function isIn({ start, end }: Range, number: number): boolean {
  return number >= start && number < end;
}
