import { at } from "../elementwise/loops.js";
import { LANES, type Merger, SEGMENT } from "./merger.js";
import type { NumberSource } from "./numbers.js";

/**
 * Reduces contiguous runs of `length` elements, each to one value.
 *
 * Element `j` of a run goes to lane `j % 16`. After 16 rows, a *segment*, the lanes go into a cascade: like a
 * binary counter, it holds for each power of two at most one merged group of that many segments. The order is
 * that of the native engine, so sums have the same bits.
 */
export function reduceRuns(merger: Merger, source: NumberSource, length: number): Float64Array {
  const results = new Float64Array(source.size / length);
  const run = new Run(merger);
  const runsAtOnce = Math.floor(source.most / length);
  if (runsAtOnce === 0) {
    // Pieces are whole segments, but for the last one of a run.
    const piece = source.most - (source.most % SEGMENT);
    for (let number = 0; number < results.length; number += 1) {
      for (let done = 0; done < length; done += piece) {
        const count = Math.min(piece, length - done);
        const first = source.fetch(number * length + done, count);
        run.absorb(source.values, first, first + count);
      }
      results[number] = run.close();
    }
    return results;
  }
  for (let number = 0; number < results.length; number += runsAtOnce) {
    const runs = Math.min(runsAtOnce, results.length - number);
    const first = source.fetch(number * length, runs * length);
    for (let i = 0; i < runs; i += 1) {
      run.absorb(source.values, first + i * length, first + (i + 1) * length);
      results[number + i] = run.close();
    }
  }
  return results;
}

/** A run under way. */
class Run {
  readonly #merger: Merger;
  /** The last segment. */
  #lanes: Float64Array = new Float64Array(LANES);
  /** Segments before the last one; level `k` is in use where bit `k` of their number is set. */
  readonly #levels: Float64Array[] = [];
  #segments = 0;

  constructor(merger: Merger) {
    this.#merger = merger;
  }

  /** Takes in elements; all but the last call bring whole segments. */
  absorb(values: Float64Array, start: number, end: number): void {
    for (let from = start; from < end; from += SEGMENT) {
      if (this.#segments > 0) this.#push();
      this.#merger.segment(this.#lanes, values, from, Math.min(end, from + SEGMENT));
      this.#segments += 1;
    }
  }

  /** The value of the run; starts the next one. */
  close(): number {
    const lanes = this.#lanes;
    let before = this.#segments - 1;
    for (let level = 0; before > 0; level += 1) {
      if (before % 2 === 1) this.#mergeLevel(level);
      before = Math.floor(before / 2);
    }
    this.#segments = 0;
    for (let half = LANES / 2; half >= 1; half /= 2) {
      for (let lane = 0; lane < half; lane += 1) {
        lanes[lane] = this.#merger.merge(at(lanes, lane), at(lanes, lane + half));
      }
    }
    return at(lanes, 0);
  }

  /** Adds the last segment to the cascade. */
  #push(): void {
    let level = 0;
    for (let before = this.#segments - 1; before % 2 === 1; before = (before - 1) / 2) {
      this.#mergeLevel(level);
      level += 1;
    }
    const free = this.#levels[level] ?? new Float64Array(LANES);
    this.#levels[level] = this.#lanes;
    this.#lanes = free;
  }

  #mergeLevel(level: number): void {
    const older = this.#levels[level];
    if (older !== undefined) this.#merger.rows(this.#lanes, 0, older, 0, LANES, 1);
  }
}
