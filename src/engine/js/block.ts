import type { TypedArray } from "../../dtype/index.js";

/** The elements of one block, or the accumulators of a reduction over it: dense, in row-major order, never changed. */
export interface Block {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  /** Elements that went into each accumulator. */
  readonly count?: number;
}

/** The chunk numbers of a block, one for each axis. */
export type BlockNumbers = readonly number[];
