import { Numbering } from "./numbering.js";
import type { Batch } from "./stage.js";

/** Counters to begin with. */
const FIRST_COUNTERS = 1024;

/** Items as they were first met, and how often each occurs. */
export interface Counts {
  readonly items: readonly unknown[];
  readonly counts: Float64Array;
}

/** Counts items of any kind. */
export class Counter {
  readonly #items = new Numbering();
  #counts = new Float64Array(FIRST_COUNTERS);

  /** As it travels. */
  get counts(): Counts {
    const { values, size } = this.#items;
    return { items: values, counts: this.#counts.slice(0, size) };
  }

  /** Counts each of some items once. */
  count(batch: Batch): void {
    for (const item of batch) this.#add(item, 1);
  }

  /** Adds what another has counted. */
  addAll({ items, counts }: Counts): void {
    for (const [number, item] of items.entries()) this.#add(item, counts[number] ?? 0);
  }

  #add(item: unknown, count: number): void {
    const number = this.#items.of(item);
    if (number >= this.#counts.length) {
      const longer = new Float64Array(2 * this.#counts.length);
      longer.set(this.#counts);
      this.#counts = longer;
    }
    this.#counts[number] = (this.#counts[number] ?? 0) + count;
  }
}
