import type { Grid } from "../../../generated/layers.js";
import type { Block, BlockNumbers } from "../block.js";
import type { Link } from "../links.js";

/** What runs block by block: a layer, or one level of the tree of a reduction. */
export interface Stage {
  readonly grid: Grid;
  /** What it reads. */
  readonly inputs: readonly StageInput[];
  /** Whether it reads one block and leaves much less of it, so that it had best run at once. */
  readonly shrinks?: true;
  /** Finds out before anything runs whether it can. */
  prepare?(): Promise<void>;
  /** Makes a block from those that it reads of each input, in row-major order. */
  run(block: BlockNumbers, inputs: readonly (readonly Block[])[]): Block | Promise<Block>;
}

/** An input of a stage. */
export interface StageInput {
  /** Number of the stage that makes it. */
  readonly stage: number;
  /** Which of its blocks are read. */
  readonly link: Link;
}

/** The stage that gives the blocks of a layer. */
export interface StageOfLayer {
  readonly stage: number;
  readonly grid: Grid;
}
