import type { Axis } from "../../generated/layers.js";
import { axisBlocks } from "../../graph/index.js";

/** Finds chunks of an axis by position, in time by the logarithm of the number of runs. */
export class Locator {
  /** Number of chunks. */
  readonly blocks: number;
  /** Of each run that has elements the first position, the first chunk and the length of chunks. */
  readonly #runs: { readonly start: number; readonly block: number; readonly length: number }[] = [];

  constructor(axis: Axis) {
    this.blocks = axisBlocks(axis);
    let [start, block] = [0, 0];
    for (const { length, count } of axis) {
      if (length > 0) this.#runs.push({ start, block, length });
      start += length * count;
      block += count;
    }
  }

  /** The chunk that holds a position, and where the chunk begins. */
  locate(position: number): { readonly block: number; readonly start: number } {
    let [low, high] = [0, this.#runs.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle]?.start ?? 0) <= position) low = middle;
      else high = middle;
    }
    const { start, block, length } = this.#runs[low] ?? { start: 0, block: 0, length: 1 };
    const chunk = Math.floor((position - start) / length);
    return { block: block + chunk, start: start + chunk * length };
  }
}
