import type { Grid } from "../../../generated/layers.js";
import type { Range } from "../axis.js";
import type { Block, BlockNumbers, Made } from "../block.js";
import type { TaskEdges } from "../task-counts.js";
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
  /** Of explicit tasks: what each reads, which no arithmetic tells. They have no `inputs`. */
  readonly edges?: TaskEdges;
  /** Puts what was written in its place. */
  commit?(): void;
  /** Takes away what was written. */
  abort?(): void;
  /** Makes a block from those that it reads of each input, in row-major order. */
  run(block: BlockNumbers, inputs: readonly (readonly Block[])[]): Made | Promise<Made>;
}

/** An input of a stage. */
export interface StageInput {
  /** Number of the stage that makes it. */
  readonly stage: number;
  /** Which of its blocks are read. */
  readonly link: Link;
}

/** Blocks of a stage: a box of them. */
export interface StageRead {
  readonly stage: number;
  readonly box: readonly Range[];
}

/** The stage that gives the blocks of a layer. */
export interface StageOfLayer {
  readonly stage: number;
  readonly grid: Grid;
}
