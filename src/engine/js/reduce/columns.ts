import { Cursor, type Groups } from "./groups.js";
import type { Merger } from "./merger.js";
import type { NumberSource } from "./numbers.js";

/** Values of a position between two pushes into its cascade. */
const SEGMENT = 16;

/**
 * Reduces across rows: each kept position gets values one after another. They are merged into a *segment*;
 * after 16 of them the segment goes into a cascade, as those of runs do.
 */
export function reduceColumns(merger: Merger, source: NumberSource, groups: Groups): Float64Array {
  const { width, steps } = groups;
  const totals = new Float64Array(groups.kept).fill(merger.identity);
  const cascade = new Cascade(merger, totals, width);
  const cursor = new Cursor(groups.outer);
  const rowsAtOnce = Math.max(1, Math.floor(source.most / Math.max(1, width)));
  for (let start = 0; start < source.size; ) {
    const left = SEGMENT - (cursor.step % SEGMENT);
    const rows = Math.min(rowsAtOnce, left, cursor.sameRow);
    addRows(merger, source, start, { totals, first: cursor.row * width, width, rows });
    const done = cursor.step + rows;
    if (done === steps) cascade.close(cursor.row, done);
    else if (done % SEGMENT === 0) cascade.push(cursor.row, done);
    start += rows * width;
    cursor.advance(rows);
  }
  return totals;
}

interface Target {
  readonly totals: Float64Array;
  readonly first: number;
  readonly width: number;
  readonly rows: number;
}

/** Merges rows into a row of totals; a row that cannot be had at once, piece by piece. */
function addRows(merger: Merger, source: NumberSource, start: number, target: Target): void {
  const { totals, first, width, rows } = target;
  if (rows * width <= source.most) {
    const place = source.fetch(start, rows * width);
    merger.rows(totals, first, source.values, place, width, rows);
    return;
  }
  for (let column = 0; column < width; column += source.most) {
    const count = Math.min(source.most, width - column);
    merger.rows(totals, first + column, source.values, source.fetch(start + column, count), count, 1);
  }
}

/** The cascades of all positions, level by level. */
class Cascade {
  readonly #merger: Merger;
  readonly #totals: Float64Array;
  readonly #width: number;
  readonly #levels: Float64Array[] = [];

  constructor(merger: Merger, totals: Float64Array, width: number) {
    this.#merger = merger;
    this.#totals = totals;
    this.#width = width;
  }

  /** Moves the segments of a row into their cascades, after `done` values of each position. */
  push(row: number, done: number): void {
    const first = row * this.#width;
    let level = 0;
    for (let before = done / SEGMENT - 1; before % 2 === 1; before = (before - 1) / 2) {
      this.#mergeLevel(level, first);
      level += 1;
    }
    this.#levels[level] ??= new Float64Array(this.#totals.length);
    const segment = this.#totals.subarray(first, first + this.#width);
    this.#levels[level]?.set(segment, first);
    segment.fill(this.#merger.identity);
  }

  /** Merges the cascades of a row into its last segments. */
  close(row: number, done: number): void {
    let before = Math.ceil(done / SEGMENT) - 1;
    for (let level = 0; before > 0; level += 1) {
      if (before % 2 === 1) this.#mergeLevel(level, row * this.#width);
      before = Math.floor(before / 2);
    }
  }

  #mergeLevel(level: number, first: number): void {
    const older = this.#levels[level];
    if (older !== undefined) this.#merger.rows(this.#totals, first, older, first, this.#width, 1);
  }
}
