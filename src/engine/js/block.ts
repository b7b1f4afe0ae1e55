import type { TypedArray } from "../../dtype/index.js";

/** The elements of one block, or the accumulators of a reduction over it: dense, in row-major order, never changed. */
export interface Block {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  /** Elements that went into each accumulator. */
  readonly count?: number;
}

/** What a function made that may give any value. */
export interface ValueBlock {
  readonly value: unknown;
}

/** What a task makes. */
export type Made = Block | ValueBlock;

/** The chunk numbers of a block, one for each axis. */
export type BlockNumbers = readonly number[];
