import type { Axis, Run } from "../generated/layers.js";

/** Everything here takes time in the number of runs, never in the number of chunks, unless it says so. */

/** An axis cut into chunks of `length`, the last one shorter where it does not divide. */
export function regularAxis(total: number, length: number): Axis {
  if (total === 0 || length >= total) return [{ length: total, count: 1 }];
  const runs: Run[] = [{ length, count: Math.floor(total / length) }];
  const rest = total % length;
  if (rest !== 0) runs.push({ length: rest, count: 1 });
  return runs;
}

/** An axis with these chunk lengths. */
export function axisFromLengths(lengths: Iterable<number>): Axis {
  const builder = new AxisBuilder();
  for (const length of lengths) builder.push(length, 1);
  return builder.finish();
}

/** An axis of one chunk. */
export function wholeAxis(total: number): Axis {
  return [{ length: total, count: 1 }];
}

/** Axes one behind the other, chunk by chunk. */
export function joinAxes(axes: readonly Axis[]): Axis {
  const runs: Run[] = [];
  for (const run of axes.flat()) {
    const last = runs.at(-1);
    if (last?.length === run.length) runs[runs.length - 1] = { ...last, count: last.count + run.count };
    else runs.push(run);
  }
  return runs;
}

/** Collects runs, merging neighbours of the same length. */
class AxisBuilder {
  readonly #runs: Run[] = [];

  /** Appends `count` chunks; chunks without elements are left out. */
  push(length: number, count: number): void {
    if (length === 0 || count === 0) return;
    const last = this.#runs.at(-1);
    if (last?.length === length) this.#runs[this.#runs.length - 1] = { length, count: last.count + count };
    else this.#runs.push({ length, count });
  }

  /** The axis; one without elements has one chunk of length 0. */
  finish(): Axis {
    return this.#runs.length === 0 ? [{ length: 0, count: 1 }] : this.#runs;
  }
}

/** An axis with these chunk lengths, of which some may be 0. */
export function axisOfChunks(lengths: Iterable<number>): Axis {
  const runs: Run[] = [];
  for (const length of lengths) {
    const last = runs.at(-1);
    if (last?.length === length) runs[runs.length - 1] = { length, count: last.count + 1 };
    else runs.push({ length, count: 1 });
  }
  return runs;
}

/**
 * An axis whose lengths are known only when its chunks are made.
 *
 * @param count - number of chunks; NaN where that is unknown too.
 * @param decidedBy - what decides the lengths, as a token: axes that name the same have the same lengths.
 */
export function unknownAxis(count: number, decidedBy: string): Axis {
  return [{ length: Number.NaN, count, unknown: Number.parseInt(decidedBy.slice(0, 13), 16) }];
}

/** Whether all lengths of an axis are known. */
export function isKnownAxis(axis: Axis): boolean {
  return axis.every((run) => run.unknown === undefined);
}

/** Number of elements; NaN if some lengths are unknown. */
export function axisLength(axis: Axis): number {
  return axis.reduce((sum, run) => sum + run.length * run.count, 0);
}

/** Number of chunks; NaN if it is unknown. */
export function axisBlocks(axis: Axis): number {
  return axis.reduce((sum, run) => sum + run.count, 0);
}

/** Elements of the longest chunk. */
export function longestChunk(axis: Axis): number {
  return axis.reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** Whether two axes are cut alike. */
export function sameAxis(a: Axis, b: Axis): boolean {
  return a === b || (a.length === b.length && a.every((run, index) => sameRun(run, b[index])));
}

function sameRun(a: Run, b: Run | undefined): boolean {
  return Object.is(a.length, b?.length) && Object.is(a.count, b?.count) && a.unknown === b?.unknown;
}

/** The chunk lengths one by one; takes time in the number of chunks. */
export function axisLengths(axis: Axis): number[] {
  return axis.flatMap((run) => Array.from({ length: run.count || 1 }, () => run.length));
}

/**
 * How axes of the same length are cut so that they match: as the one with the most chunks. (A common
 * refinement of chunks of 1000 and of 1500 would have no runs to speak of.)
 */
export function unifyAxes(axes: readonly Axis[]): Axis {
  return axes.reduce((finest, axis) => (axisBlocks(axis) > axisBlocks(finest) ? axis : finest));
}

/**
 * The chunks that are left of an axis when the elements `start, start + step, …` are taken, `count` of
 * them: each input chunk with such elements gives one output chunk.
 *
 * A run whose length is no multiple of the step takes time in the number of its chunks, since they then
 * keep different numbers of elements.
 */
export function sliceAxis(axis: Axis, start: number, step: number, count: number): Axis {
  if (count === 0) return [{ length: 0, count: 1 }];
  // Backwards through an axis is forwards through its mirror image.
  const [runs, first] = step > 0 ? [axis, start] : [axis.toReversed(), axisLength(axis) - 1 - start];
  const slice = { first, step: Math.abs(step), count };
  const builder = new AxisBuilder();
  let offset = 0;
  for (const run of runs) {
    sliceRun(run, offset, slice, builder);
    offset += run.length * run.count;
  }
  return builder.finish();
}

interface ForwardSlice {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** Appends what a slice leaves of a run that begins at `offset`. */
function sliceRun(run: Run, offset: number, slice: ForwardSlice, builder: AxisBuilder): void {
  const last = slice.first + (slice.count - 1) * slice.step;
  const end = offset + run.length * run.count;
  if (run.length === 0 || end <= slice.first || last < offset) return;
  const chunkOf = (position: number): number =>
    Math.min(run.count - 1, Math.max(0, Math.floor((position - offset) / run.length)));
  const [firstChunk, lastChunk] = [chunkOf(slice.first), chunkOf(last)];
  const push = (chunk: number, count: number): void => {
    const begin = offset + chunk * run.length;
    builder.push(takenBefore(begin + run.length, slice) - takenBefore(begin, slice), count);
  };
  if (run.length % slice.step === 0 && lastChunk - firstChunk > 1) {
    // All chunks between the first and the last keep the same number of elements.
    push(firstChunk, 1);
    push(firstChunk + 1, lastChunk - firstChunk - 1);
    push(lastChunk, 1);
  } else {
    for (let chunk = firstChunk; chunk <= lastChunk; chunk += 1) push(chunk, 1);
  }
}

/** How many of a slice's elements lie before a position. */
function takenBefore(position: number, { first, step, count }: ForwardSlice): number {
  return Math.min(count, Math.max(0, Math.ceil((position - first) / step)));
}

/**
 * An axis of `total` elements cut so that slicing it with a step keeps runs: borders lie a multiple of the
 * step from `start`, about `length` apart.
 */
export function axisForStep(total: number, length: number, start: number, step: number): Axis {
  const stride = Math.abs(step);
  const chunk = Math.max(1, Math.floor(length / stride)) * stride;
  // Forwards a border lies before the first element taken, backwards behind it.
  const border = (step > 0 ? start : start + 1) % chunk;
  const builder = new AxisBuilder();
  builder.push(border, 1);
  for (const run of regularAxis(total - border, chunk)) builder.push(run.length, run.count);
  return builder.finish();
}

/**
 * An axis cut once more at both ends of the stretch from the first to the last wanted position of each chunk, where
 * these stretches are at most a part of their chunks; else the axis as it is. Takes time in the number of positions.
 *
 * @param sorted - the wanted positions, ascending.
 */
export function cutAround(axis: Axis, sorted: Float64Array, most: number): Axis {
  const stretches: { readonly start: number; end: number; readonly chunkEnd: number }[] = [];
  let chunkLengths = 0;
  const chunks = new ChunkFinder(axis);
  for (const position of sorted) {
    const last = stretches.at(-1);
    if (last !== undefined && position < last.chunkEnd) {
      last.end = position + 1;
      continue;
    }
    const { start, length } = chunks.holding(position);
    chunkLengths += length;
    stretches.push({ start: position, end: position + 1, chunkEnd: start + length });
  }
  const taken = stretches.reduce((sum, { start, end }) => sum + end - start, 0);
  if (taken > most * chunkLengths) return axis;
  const builder = new AxisBuilder();
  let done = 0;
  for (const { start, end } of [...stretches, { start: axisLength(axis), end: axisLength(axis) }]) {
    for (const run of sliceAxis(axis, done, 1, start - done)) builder.push(run.length, run.count);
    builder.push(end - start, 1);
    done = end;
  }
  return builder.finish();
}

/** Finds the chunks of ascending positions, each run being passed once. */
class ChunkFinder {
  readonly #runs: Iterator<Run>;
  #start = 0;
  #run: Run = { length: 0, count: 0 };

  constructor(axis: Axis) {
    this.#runs = axis.values();
  }

  /** The chunk that holds a position which is not before the last one. */
  holding(position: number): { readonly start: number; readonly length: number } {
    while (position >= this.#start + this.#run.length * this.#run.count) {
      this.#start += this.#run.length * this.#run.count;
      this.#run = this.#runs.next().value ?? { length: Number.POSITIVE_INFINITY, count: 1 };
    }
    const { length } = this.#run;
    return { start: this.#start + Math.floor((position - this.#start) / length) * length, length };
  }
}
