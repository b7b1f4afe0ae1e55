import type { Axis, Border, Grid, Project } from "../../generated/layers.js";
import { axisBlocks, axisLength } from "../../graph/index.js";
import {
  type Range,
  NONE,
  allBlocks,
  blockAsBox,
  countFilled,
  cover,
  extentOf,
  locate,
  meet,
  rangeLength,
  span,
} from "./axis.js";
import type { BlockNumbers } from "./block.js";

/** Which chunks along one axis of an input are read by which chunks of a layer: arithmetic, in both directions. */
export interface AxisLink {
  /** The axis of the layer on which it depends; undefined if on none. */
  readonly output: number | undefined;
  /** The chunks that some chunks of the layer read. Exact for a single chunk, else the range around them. */
  behind(blocks: Range): Range;
  /** How many of the wanted chunks of the layer read a chunk. */
  users(block: number, wanted: Range): number;
}

/** Which blocks of an input are read by which blocks of a layer. */
export type Link = AxisLinks | BlockLink;

/** Every axis by itself. */
export interface AxisLinks {
  /** One for each axis of the input. */
  readonly axes: readonly AxisLink[];
  /** Axes of the layer on which nothing depends. */
  readonly free: readonly number[];
}

/** All axes together. */
export interface BlockLink {
  /** The blocks that a block of the layer reads, where they form no box. */
  reads?(block: BlockNumbers): BlockNumbers[];
  /** The blocks that a box of blocks of the layer reads. Exact for a single block, else the box around them. */
  behind(blocks: readonly Range[]): Range[];
  /** How many of the wanted blocks of the layer read a block. */
  users(block: BlockNumbers, wanted: readonly Range[]): number;
}

/** The blocks of an input that a box of blocks of a layer reads. */
export function behind(link: Link, blocks: readonly Range[]): Range[] {
  if ("behind" in link) return link.behind(blocks);
  return link.axes.map((axis) =>
    axis.behind(axis.output === undefined ? NONE : (blocks[axis.output] ?? NONE)),
  );
}

/** The blocks of an input that a block of a layer reads, as boxes: one, unless they form none. */
export function readsOf(link: Link, block: BlockNumbers): Range[][] {
  const list = "behind" in link ? link.reads?.(block) : undefined;
  return list === undefined ? [behind(link, blockAsBox(block))] : list.map(blockAsBox);
}

/** How many of the wanted blocks of a layer read a block of an input. */
export function users(link: Link, block: BlockNumbers, wanted: readonly Range[]): number {
  if ("behind" in link) return link.users(block, wanted);
  let count = 1;
  for (const [number, axis] of link.axes.entries()) {
    count *= axis.users(block[number] ?? 0, axis.output === undefined ? NONE : (wanted[axis.output] ?? NONE));
  }
  for (const axis of link.free) count *= rangeLength(wanted[axis] ?? NONE);
  return count;
}

/** Chunk `n` reads chunk `n`. */
export function same(output: number): AxisLink {
  return {
    output,
    behind: (blocks) => blocks,
    users: (block, wanted) => (block >= wanted.start && block < wanted.end ? 1 : 0),
  };
}

/** Chunk `start + n` of the layer reads chunk `n`, of which there are `count`; the others read none. */
export function part(output: number, start: number, count: number): AxisLink {
  return {
    output,
    behind: (blocks) => {
      const { start: first, end } = meet(blocks, { start, end: start + count });
      return first < end ? { start: first - start, end: end - start } : NONE;
    },
    users: (block, wanted) => same(output).users(start + block, wanted),
  };
}

/** All chunks read the only one. */
export function repeated(output: number): AxisLink {
  return {
    output,
    behind: (blocks) => (rangeLength(blocks) === 0 ? NONE : { start: 0, end: 1 }),
    users: (_, wanted) => rangeLength(wanted),
  };
}

/** Whatever is wanted, one chunk is read. */
export function only(block: number): AxisLink {
  return {
    output: undefined,
    behind: () => ({ start: block, end: block + 1 }),
    users: (number) => (number === block ? 1 : 0),
  };
}

/** Whatever is wanted, all chunks are read, each once. */
export function whole(axis: Axis): AxisLink {
  return { output: undefined, behind: () => allBlocks(axis), users: () => 1 };
}

/** Chunk `n` reads the chunks before it in its group of `size` neighbours. */
export function before(output: number, size: number): AxisLink {
  return {
    output,
    behind: ({ start, end }) =>
      start === end ? NONE : { start: Math.floor(start / size) * size, end: end - 1 },
    users: (block, wanted) =>
      rangeLength(meet(wanted, { start: block + 1, end: (Math.floor(block / size) + 1) * size })),
  };
}

/** Chunk `n` reads the chunk that stands for its group of `size` neighbours. */
export function groupOf(output: number, size: number): AxisLink {
  return {
    output,
    behind: ({ start, end }) =>
      start === end ? NONE : { start: Math.floor(start / size), end: Math.floor((end - 1) / size) + 1 },
    users: (block, wanted) => rangeLength(meet(wanted, { start: block * size, end: (block + 1) * size })),
  };
}

/** Chunk `n`, of `count`, reads its neighbours too where it has a border on their side. */
export function around(output: number, { before, after }: Border, count: number): AxisLink {
  const [down, up] = [Number(before > 0), Number(after > 0)];
  return {
    output,
    behind: ({ start, end }) =>
      start === end ? NONE : { start: Math.max(0, start - down), end: Math.min(count, end + up) },
    users: (block, wanted) =>
      rangeLength(meet(wanted, { start: Math.max(0, block - up), end: block + 1 + down })),
  };
}

/** Chunk `n` reads `fanIn` neighbours. */
export function fan(output: number, axis: Axis, fanIn: number): AxisLink {
  const count = axisBlocks(axis);
  return {
    output,
    behind: ({ start, end }) => ({ start: start * fanIn, end: Math.min(count, end * fanIn) }),
    users: (block, wanted) => same(output).users(Math.floor(block / fanIn), wanted),
  };
}

/** What a layer reads of an input that names its blocks axis by axis. */
export function projectLink(read: readonly Project[], theirs: Grid, ours: Grid): Link {
  const axes = theirs.map((axis, number): AxisLink => {
    const project = read[number];
    if (project === undefined || project === "all") return whole(axis);
    if ("at" in project) return only(project.at);
    if ("group" in project) return fan(project.group.axis, axis, project.group.size);
    return axisBlocks(axis) === 1 ? repeated(project.axis) : same(project.axis);
  });
  const free = ours.flatMap((_, axis) => (axes.some(({ output }) => output === axis) ? [] : [axis]));
  return { axes, free };
}

/** The same elements, cut otherwise. */
export function recut(output: number, input: Axis, layer: Axis): AxisLink {
  return {
    output,
    behind: (blocks) => cover(input, span(layer, blocks)),
    users: (block, wanted) => countFilled(layer, meet(wanted, readersOfChunk(input, layer, block))),
  };
}

function readersOfChunk(input: Axis, layer: Axis, block: number): Range {
  const { start, length } = extentOf(input, block);
  if (length > 0) return cover(layer, { start, end: start + length });
  if (start === 0 || start === axisLength(input)) return NONE;
  // An empty chunk is read, for nothing, by a chunk that reads both its neighbours.
  const around = cover(layer, { start: start - 1, end: start + 1 });
  return rangeLength(around) === 1 ? around : NONE;
}

/** Every `step`-th element from `start` on; chunks of the layer follow those of the input. */
export function sliced(output: number, input: Axis, layer: Axis, start: number, step: number): AxisLink {
  return {
    output,
    behind: (blocks) => {
      const elements = span(layer, blocks);
      if (rangeLength(elements) === 0) return NONE;
      const ends = [elements.start, elements.end - 1].map((index) => locate(input, start + step * index));
      return { start: Math.min(...ends), end: Math.max(...ends) + 1 };
    },
    users: (block, wanted) => {
      const extent = extentOf(input, block);
      if (extent.length === 0) return 0;
      const ends = [extent.start, extent.start + extent.length - 1];
      const [near = 0, far = 0] = step > 0 ? ends : ends.reverse();
      // Element i lies at start + step * i.
      const first = Math.max(0, Math.ceil((near - start) / step));
      const last = Math.min(axisLength(layer) - 1, Math.floor((far - start) / step));
      return countFilled(layer, meet(wanted, cover(layer, { start: first, end: last + 1 })));
    },
  };
}
