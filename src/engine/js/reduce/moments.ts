import { allocate, type DType } from "../../../dtype/index.js";
import { at } from "../elementwise/loops.js";
import { store } from "../elementwise/lanes.js";
import { Cursor, groupAxes, type Groups } from "./groups.js";
import { mergeByHalves } from "./halves.js";
import { asNumbers } from "./number-reduction.js";
import type { NumberSource } from "./numbers.js";
import type { Given, Reduction } from "./reduction.js";

/** Numbers that a state has for each kept position: the count, one of them, mean less that one, squared deviations. */
const FIELDS = 4;

/** Rows, or values of a position, between two pushes into a cascade. */
const SEGMENT = 16;

/** Elements of a run that are summed side by side. */
const LANES = 16;

/** What makes a result of a count and a sum of squared deviations. */
export type FinishSpread = (count: number, squares: number, given: Given) => number;

/**
 * A reduction to mean and squared deviations in one pass. Segments of 16 elements are summed by their deviations from
 * the first one, and merged by the update of Chan, Golub and LeVeque, in the order of the native engine.
 */
export function momentReduction(
  dtype: DType,
  result: DType,
  skipsNaN: boolean,
  finish: FinishSpread,
): Reduction {
  const lift = asNumbers(dtype);
  return {
    partial: (block, axes) => momentsOf(lift(block), groupAxes(block.shape, axes), skipsNaN),
    combine: (states) => mergeByHalves(states as readonly Float64Array[], mergeAll),
    finish(state, given) {
      const moments = state as Float64Array;
      const results = new Float64Array(moments.length / FIELDS).map((_, kept) =>
        finish(at(moments, kept * FIELDS), at(moments, kept * FIELDS + 3), given),
      );
      const data = allocate(result, results.length);
      store(results, results.length, data, 0);
      return data;
    },
  };
}

/** Merges what comes later into what comes earlier. */
function mergeAll(older: Float64Array, newer: Float64Array): void {
  for (let place = 0; place < older.length; place += FIELDS) merge(older, place, newer, place, older, place);
}

/** Merges two moments, of which `a` come first, and writes them somewhere. */
function merge(a: Float64Array, i: number, b: Float64Array, j: number, to: Float64Array, k: number): void {
  const [first, second] = [at(a, i), at(b, j)];
  if (second === 0 || first === 0) {
    const [from, place] = second === 0 ? [a, i] : [b, j];
    to.set(from.subarray(place, place + FIELDS), k);
    return;
  }
  const count = first + second;
  const share = second / count;
  const delta = at(b, j + 1) - at(a, i + 1) + (at(b, j + 2) - at(a, i + 2));
  const mean = at(a, i + 2) + delta * share;
  const squares = at(a, i + 3) + at(b, j + 3) + delta * delta * (first * share);
  to[k + 1] = at(a, i + 1);
  to[k] = count;
  to[k + 2] = mean;
  to[k + 3] = squares;
}

/** The moments of each kept position of a block. */
function momentsOf(source: NumberSource, groups: Groups, skipsNaN: boolean): Float64Array {
  const { width, run } = groups;
  if (source.size === 0) return new Float64Array(groups.kept * FIELDS);
  const outer = [...groups.outer];
  const rows = run === undefined ? outer.pop()?.length : undefined;
  const columns = new Columns(outer, width, groups.kept);
  const lanes = new Band(run === undefined ? width : LANES, skipsNaN);
  const reader = new Reader(source);
  const length = run ?? (rows ?? 1) * width;
  const inRows = run === undefined ? length : run - (run % LANES);
  for (let start = 0; start < source.size; start += length) {
    for (let place = 0; place < inRows; place += 1) lanes.add(reader.at(start + place));
    const moments = lanes.finish();
    if (run === undefined) {
      columns.add(moments);
      continue;
    }
    for (let half = LANES / 2; half >= 1; half /= 2) {
      for (let lane = 0; lane < half; lane += 1) {
        merge(moments, lane * FIELDS, moments, (lane + half) * FIELDS, moments, lane * FIELDS);
      }
    }
    const rest = new Band(1, skipsNaN);
    for (let place = inRows; place < length; place += 1) rest.add(reader.at(start + place));
    merge(moments, 0, rest.finish(), 0, moments, 0);
    columns.add(moments.subarray(0, FIELDS));
  }
  return columns.totals;
}

/** Elements one by one. */
class Reader {
  readonly #source: NumberSource;
  #first = 0;
  #end = 0;
  #place = 0;

  constructor(source: NumberSource) {
    this.#source = source;
  }

  at(index: number): number {
    if (index >= this.#end) {
      const count = Math.min(this.#source.most, this.#source.size - index);
      this.#place = this.#source.fetch(index, count);
      this.#first = index;
      this.#end = index + count;
    }
    return at(this.#source.values, this.#place + index - this.#first);
  }
}

/** Rows of `width` elements, whose columns are summed. */
class Band {
  readonly #width: number;
  readonly #skipsNaN: boolean;
  readonly #origins: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #counts: Float64Array;
  readonly #levels: Float64Array[] = [];
  #segments = 0;
  #column = 0;
  #rows = 0;

  constructor(width: number, skipsNaN: boolean) {
    this.#width = width;
    this.#skipsNaN = skipsNaN;
    this.#origins = new Float64Array(width);
    this.#sums = new Float64Array(width);
    this.#squares = new Float64Array(width);
    this.#counts = new Float64Array(width);
  }

  /** Takes in the next element in row-major order. */
  add(x: number): void {
    const column = this.#column;
    if (!this.#skipsNaN || !Number.isNaN(x)) {
      const count = at(this.#counts, column);
      if (count === 0) this.#origins[column] = x;
      const deviation = x - at(this.#origins, column);
      this.#sums[column] = at(this.#sums, column) + deviation;
      this.#squares[column] = at(this.#squares, column) + deviation * deviation;
      this.#counts[column] = count + 1;
    }
    this.#column += 1;
    if (this.#column < this.#width) return;
    this.#column = 0;
    this.#rows += 1;
    // A band of one column holds the few elements that fill no row of lanes.
    if (this.#rows === SEGMENT) this.#push();
  }

  /** The moments of the columns; starts anew. */
  finish(): Float64Array {
    const totals = this.#close();
    let segments = this.#segments;
    for (let level = 0; segments > 0; level += 1) {
      if (segments % 2 === 1) mergeOlder(totals, this.#levels[level]);
      segments = Math.floor(segments / 2);
    }
    this.#segments = 0;
    return totals;
  }

  #push(): void {
    const totals = this.#close();
    let level = 0;
    for (let segments = this.#segments; segments % 2 === 1; segments = (segments - 1) / 2) {
      mergeOlder(totals, this.#levels[level]);
      level += 1;
    }
    this.#levels[level] = totals;
    this.#segments += 1;
  }

  /** The moments of the segment under way. */
  #close(): Float64Array {
    const moments = new Float64Array(this.#width * FIELDS);
    for (let column = 0; column < this.#width; column += 1) {
      const count = at(this.#counts, column);
      if (count === 0) continue;
      const sum = at(this.#sums, column);
      const mean = sum / count;
      const squares = at(this.#squares, column) - sum * mean;
      moments.set([count, at(this.#origins, column), mean, squares < 0 ? 0 : squares], column * FIELDS);
    }
    this.#rows = 0;
    for (const numbers of [this.#sums, this.#squares, this.#counts]) numbers.fill(0);
    return moments;
  }
}

function mergeOlder(totals: Float64Array, older: Float64Array | undefined): void {
  if (older === undefined) return;
  for (let place = 0; place < totals.length; place += FIELDS)
    merge(older, place, totals, place, totals, place);
}

/** Merges the moments that come for each position of a row, as sums of columns are merged. */
class Columns {
  readonly totals: Float64Array;
  readonly #width: number;
  readonly #cursor: Cursor;
  readonly #steps: number;
  readonly #levels: Float64Array[] = [];
  #column = 0;

  constructor(outer: Groups["outer"], width: number, kept: number) {
    this.totals = new Float64Array(kept * FIELDS);
    this.#width = width;
    this.#cursor = new Cursor(outer);
    this.#steps = outer.reduce((steps, group) => steps * (group.isReduced ? group.length : 1), 1);
  }

  /** Takes in the next moments in row-major order; they end with a row at the latest. */
  add(moments: Float64Array): void {
    const first = this.#cursor.row * this.#width;
    const start = (first + this.#column) * FIELDS;
    for (let place = 0; place < moments.length; place += FIELDS) {
      merge(this.totals, start + place, moments, place, this.totals, start + place);
    }
    this.#column += moments.length / FIELDS;
    if (this.#column < this.#width) return;
    this.#column = 0;
    const done = this.#cursor.step + 1;
    if (done === this.#steps) this.#close(first);
    else if (done % SEGMENT === 0) this.#push(first, done / SEGMENT - 1);
    this.#cursor.advance(1);
  }

  #push(first: number, segments: number): void {
    let level = 0;
    for (let before = segments; before % 2 === 1; before = (before - 1) / 2) {
      this.#mergeLevel(level, first);
      level += 1;
    }
    this.#levels[level] ??= new Float64Array(this.totals.length);
    const row = this.#row(this.totals, first);
    this.#levels[level]?.set(row, first * FIELDS);
    row.fill(0);
  }

  #close(first: number): void {
    let before = Math.ceil(this.#steps / SEGMENT) - 1;
    for (let level = 0; before > 0; level += 1) {
      if (before % 2 === 1) this.#mergeLevel(level, first);
      before = Math.floor(before / 2);
    }
  }

  #mergeLevel(level: number, first: number): void {
    const older = this.#levels[level];
    if (older !== undefined) mergeOlder(this.#row(this.totals, first), this.#row(older, first));
  }

  #row(moments: Float64Array, first: number): Float64Array {
    return moments.subarray(first * FIELDS, (first + this.#width) * FIELDS);
  }
}
