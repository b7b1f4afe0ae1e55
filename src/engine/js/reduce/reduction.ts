import type { TypedArray } from "../../../dtype/index.js";
import type { Block } from "../block.js";

/** A reduction of elements of one dtype. Its state is an accumulator for each kept position. */
export interface Reduction {
  /** The state of a block of which some axes, ascending, are reduced. */
  partial(block: Block, axes: readonly number[]): TypedArray;
  /** The merged state of neighbouring blocks, in row-major order. */
  combine(states: readonly TypedArray[]): TypedArray;
  /** The results of `count` elements each. */
  finish(state: TypedArray, count: number): TypedArray;
}
