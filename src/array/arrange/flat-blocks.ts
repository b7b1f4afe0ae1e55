import type { Axis, Grid } from "../../generated/layers.js";
import {
  axisBlocks,
  axisLength,
  joinAxes,
  longestChunk,
  product,
  regularAxis,
  wholeAxis,
} from "../../graph/index.js";
import { autoBytes } from "../chunks.js";

/**
 * Blocks of several axes that are also blocks of these axes as one: some axes in chunks of 1, then one cut anyhow,
 * then axes in one chunk.
 *
 *     3 rows in chunks of 1, columns in chunks of 4 and 2     as one axis: 4 2 4 2 4 2
 */
export interface FlatBlocks {
  /** Chunks of each axis. */
  readonly axes: Grid;
  /** Chunks of the axes as one. */
  readonly flat: Axis;
}

/** How axes are cut. */
export interface Cut {
  /** Whether blocks keep about their size; else all axes but the last that has several chunks are cut into 1s. */
  readonly mergeChunks: boolean;
  /** The most elements of a block; as many as now if absent. */
  readonly elements?: number | undefined;
}

/** Chunks that differ from row to row are listed row by row. Up to so many runs nothing else is tried. */
const FEW_RUNS = 1000;

/** More runs than this are not listed at all. */
const MOST_RUNS = 2 ** 20;

/** Cuts axes so that their blocks are blocks of them as one. */
export function mergeAxes(axes: Grid, { mergeChunks, elements }: Cut): FlatBlocks {
  const lengths = axes.map(axisLength);
  const kept = flatten(axes);
  const size = product(axes.map(longestChunk));
  if (kept !== undefined && size <= (elements ?? size)) return { axes, flat: kept };
  if (mergeChunks) return cutFlat(lengths, elements ?? size);
  const last = axes.findLastIndex((axis) => axisBlocks(axis) > 1);
  const ones = axes.map((axis, number) => (number < last ? regularAxis(lengths[number] ?? 0, 1) : axis));
  const flat = flatten(ones);
  return flat === undefined ? cutFlat(lengths, size) : { axes: ones, flat };
}

/** Cuts an axis so that its blocks are blocks of several axes with these lengths. */
export function splitAxis(axis: Axis, lengths: readonly number[], { elements }: Cut): FlatBlocks {
  const [, ...inner] = lengths;
  const row = product(inner);
  const size = elements ?? longestChunk(axis);
  const isAligned = axis.every((run) => run.length % row === 0) && longestChunk(axis) <= size;
  if (!isAligned) return cutFlat(lengths, size);
  const rows = axis.map(({ length, count }) => ({ length: length / row, count }));
  return { axes: [rows, ...inner.map(wholeAxis)], flat: axis };
}

/** Blocks of about `size` elements: as many whole inner axes as they hold, then a part of the next. */
function cutFlat(lengths: readonly number[], size: number): FlatBlocks {
  let row = 1;
  let place = lengths.length - 1;
  while (place > 0 && row * (lengths[place] ?? 1) <= size) {
    row *= lengths[place] ?? 1;
    place -= 1;
  }
  const rows = product(lengths.slice(0, place));
  const length = lengths[place] ?? 1;
  const chunk = evenChunk(length, Math.max(1, Math.floor(size / row)), { row, rows });
  const axes = lengths.map((total, number) =>
    number < place ? regularAxis(total, 1) : regularAxis(total, number === place ? chunk : total),
  );
  return { axes, flat: flatten(axes) ?? [] };
}

/** About `chunk`, so that rows that are cut alike stay a short list. */
function evenChunk(length: number, chunk: number, { row, rows }: { row: number; rows: number }): number {
  if (chunk >= length || length % chunk === 0 || 2 * rows <= FEW_RUNS) return chunk;
  const least = Math.max(1, Math.ceil(chunk / 4), chunk - MOST_TRIED);
  for (let divisor = chunk; divisor >= least; divisor -= 1) if (length % divisor === 0) return divisor;
  return length * row <= autoBytes() / 8 || 2 * rows > MOST_RUNS ? length : chunk;
}

/** Divisors that are tried before a length counts as one without. */
const MOST_TRIED = 100_000;

/** The chunks of axes as one; undefined where blocks do not lie in one piece, or are too many to list. */
function flatten(axes: Grid): Axis | undefined {
  const cut = axes.findIndex((axis) => longestChunk(axis) > 1);
  if (cut === -1) return regularAxis(product(axes.map(axisLength)), 1);
  const inner = axes.slice(cut + 1);
  if (inner.some((axis) => axisBlocks(axis) > 1)) return undefined;
  const row = product(inner.map(axisLength));
  const scaled = (axes[cut] ?? []).map(({ length, count }) => ({ length: length * row, count }));
  const rows = product(axes.slice(0, cut).map(axisLength));
  const [only, another] = scaled;
  if (only !== undefined && another === undefined) return [{ ...only, count: only.count * rows }];
  if (rows * scaled.length > MOST_RUNS) return undefined;
  return joinAxes(Array.from({ length: rows }, () => scaled));
}
