import type { TypedArray } from "../../../dtype/index.js";
import type { Block } from "../block.js";

/** What results depend on beside the state. */
export interface Given {
  /** Elements that went into each result. */
  readonly count: number;
  /** What variances subtract from it. */
  readonly ddof: number;
}

/** An axis that is reduced, as one of its blocks sees it. */
export interface ReducedAxis {
  /** Position of the block's first element. */
  readonly start: number;
  /** Elements of the block. */
  readonly length: number;
  /** Elements of the whole axis. */
  readonly total: number;
}

/** A reduction of elements of one dtype. Its state is an accumulator for each kept position. */
export interface Reduction {
  /** The state of a block of which some axes, ascending, are reduced; `places` says where it lies along them. */
  partial(block: Block, axes: readonly number[], places: readonly ReducedAxis[]): TypedArray;
  /** The merged state of neighbouring blocks, in row-major order. */
  combine(states: readonly TypedArray[]): TypedArray;
  /** The results. */
  finish(state: TypedArray, given: Given): TypedArray;
}
