import { BrambleError } from "../../errors.js";
import { axisBlocks, isKnownAxis } from "../../graph/index.js";
import type { Axis, Grid } from "../../generated/layers.js";
import type { BlockNumbers } from "./block.js";

/** The numbers from `start` up to but not including `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where a chunk lies on its axis. */
export interface Extent {
  /** Position of the first element. */
  readonly start: number;
  /** Number of elements. */
  readonly length: number;
}

/** A range of nothing. */
export const NONE: Range = { start: 0, end: 0 };

/** How many numbers a range has. */
export function rangeLength({ start, end }: Range): number {
  return Math.max(0, end - start);
}

/** What two ranges have in common. */
export function meet(a: Range, b: Range): Range {
  return { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
}

/** The least range around two. */
export function widen(a: Range, b: Range): Range {
  if (rangeLength(a) === 0) return b;
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** Where chunk number `block` lies. */
export function extentOf(axis: Axis, block: number): Extent {
  let first = 0;
  let start = 0;
  for (const { length, count } of axis) {
    if (block < first + count) return { start: start + (block - first) * length, length };
    first += count;
    start += count * length;
  }
  throw new RangeError(`block ${block} of an axis of ${first} blocks`);
}

/** Number of the chunk that holds the element at a position. */
export function locate(axis: Axis, position: number): number {
  let first = 0;
  let start = 0;
  for (const { length, count } of axis) {
    const end = start + count * length;
    if (position < end) return first + Math.floor((position - start) / length);
    first += count;
    start = end;
  }
  throw new RangeError(`position ${position} of an axis of ${start} elements`);
}

/** The chunks that hold some elements. */
export function cover(axis: Axis, { start, end }: Range): Range {
  return start >= end ? NONE : { start: locate(axis, start), end: locate(axis, end - 1) + 1 };
}

/** The elements of some chunks. */
export function span(axis: Axis, blocks: Range): Range {
  if (rangeLength(blocks) === 0) return NONE;
  const last = extentOf(axis, blocks.end - 1);
  return { start: extentOf(axis, blocks.start).start, end: last.start + last.length };
}

/** How many of some chunks have elements. */
export function countFilled(axis: Axis, blocks: Range): number {
  let first = 0;
  let filled = 0;
  for (const { length, count } of axis) {
    if (length > 0) filled += rangeLength(meet(blocks, { start: first, end: first + count }));
    first += count;
  }
  return filled;
}

/** All chunks of an axis. */
export function allBlocks(axis: Axis): Range {
  return { start: 0, end: axisBlocks(axis) };
}

/** Where a block lies, axis by axis. */
export function extentsOf(grid: Grid, block: BlockNumbers): Extent[] {
  return grid.map((axis, number) => extentOf(axis, block[number] ?? 0));
}

/** Number of elements of a block along each axis. */
export function blockShape(grid: Grid, block: BlockNumbers): number[] {
  return extentsOf(grid, block).map(({ length }) => length);
}

/**
 * Number of elements of a block along each axis.
 *
 * @param lengthOf - finds the length of an axis that the grid does not know, from what is read.
 */
export function measuredShape(
  grid: Grid,
  block: BlockNumbers,
  lengthOf: (axis: number) => number | undefined,
): number[] {
  return blockShape(grid, block).map((length, number) => {
    if (isKnownAxis(grid[number] ?? [])) return length;
    const found = lengthOf(number);
    if (found !== undefined) return found;
    throw new BrambleError("INVALID_GRAPH", `nothing knows the length of axis ${number}`);
  });
}

/**
 * Where a block of this shape lies. Along axes of unknown length blocks are read whole, so that they may as well begin
 * at 0.
 */
export function measuredExtents(grid: Grid, block: BlockNumbers, shape: readonly number[]): Extent[] {
  return extentsOf(grid, block).map((extent, number) =>
    isKnownAxis(grid[number] ?? []) ? extent : { start: 0, length: shape[number] ?? 0 },
  );
}

/** A grid in which chunks of unknown length are 1 long: positions count chunks. */
export function countingChunks(grid: Grid): Grid {
  return grid.map((axis) => axis.map((run) => (run.unknown === undefined ? run : { ...run, length: 1 })));
}

/** Number of a block among all of its grid, the last axis running fastest. */
export function ravel(grid: Grid, block: BlockNumbers): number {
  return grid.reduce((index, axis, number) => index * axisBlocks(axis) + (block[number] ?? 0), 0);
}

/** The box around one block. */
export function blockAsBox(block: BlockNumbers): Range[] {
  return block.map((number) => ({ start: number, end: number + 1 }));
}

/** Number of blocks in a box. */
export function boxSize(box: readonly Range[]): number {
  return box.reduce((size, range) => size * rangeLength(range), 1);
}

/** The block that stands at a place in a box, the last axis running fastest. */
export function blockInBox(box: readonly Range[], place: number): number[] {
  const block: number[] = [];
  let rest = place;
  for (const range of box.toReversed()) {
    const length = rangeLength(range);
    block.push(range.start + (rest % length));
    rest = Math.floor(rest / length);
  }
  return block.reverse();
}
