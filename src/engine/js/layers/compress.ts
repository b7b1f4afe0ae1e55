import { allocate } from "../../../dtype/index.js";
import type { Compress, Grid, Layer } from "../../../generated/layers.js";
import { gridBlocks, product } from "../../../graph/index.js";
import { boxSize, NONE, type Range, ravel } from "../axis.js";
import type { Block } from "../block.js";
import { copyStrided, denseStrides } from "../copy.js";
import type { BlockLink } from "../links.js";
import type { Stage } from "./stage.js";

/** Keeps the elements at which a mask is true; the axes that the mask stands for become one. */
export function compressStage(
  { grid, dtype }: Layer,
  { axis }: Compress,
  [elements = -1, flags = -1]: readonly number[],
  maskGrid: Grid,
): Stage {
  return {
    grid,
    inputs: [
      { stage: elements, link: elementLink(grid, axis, maskGrid) },
      { stage: flags, link: maskLink(axis, maskGrid) },
    ],
    run(_, inputs) {
      const [block, mask] = inputs.map(([first]) => first);
      if (block === undefined || mask === undefined) throw new RangeError("elements without a mask");
      return compress(block, mask, axis, (length) => allocate(dtype, length));
    },
  };
}

/** What a block reads of the mask: the block with the number that it has along the axis. */
function maskLink(axis: number, mask: Grid): BlockLink {
  return {
    behind: (blocks) => boxOf(mask, blocks[axis] ?? NONE),
    users(block, wanted) {
      const others = wanted.filter((_, number) => number !== axis);
      return isIn(wanted[axis], ravel(mask, block)) ? boxSize(others) : 0;
    },
  };
}

/** What a block reads of the elements: where the mask stands the same block as of it. */
function elementLink(grid: Grid, axis: number, mask: Grid): BlockLink {
  return {
    behind: (blocks) => [
      ...blocks.slice(0, axis),
      ...boxOf(mask, blocks[axis] ?? NONE),
      ...blocks.slice(axis + 1, grid.length),
    ],
    users(block, wanted) {
      const end = axis + mask.length;
      const read = [...block.slice(0, axis), ravel(mask, block.slice(axis, end)), ...block.slice(end)];
      return read.every((number, along) => isIn(wanted[along], number)) ? 1 : 0;
    },
  };
}

/** The box around blocks of a mask with some numbers; exact for one. */
function boxOf(mask: Grid, { start, end }: Range): Range[] {
  const counts = gridBlocks(mask);
  if (start >= end) return counts.map(() => NONE);
  let isSame = true;
  return counts.map((count, number) => {
    const inner = product(counts.slice(number + 1));
    const [first, last] = [start, end - 1].map((place) => Math.floor(place / inner) % count) as [
      number,
      number,
    ];
    // Where an axis before this one goes on, all of this one is passed.
    const range = isSame ? { start: first, end: last + 1 } : { start: 0, end: count };
    isSame &&= first === last;
    return range;
  });
}

function isIn(range: Range | undefined, number: number): boolean {
  return range !== undefined && number >= range.start && number < range.end;
}

function compress(
  { data, shape }: Block,
  mask: Block,
  axis: number,
  make: (length: number) => Block["data"],
): Block {
  const [before, after] = [shape.slice(0, axis), shape.slice(axis + mask.shape.length)];
  const kept = Array.from(mask.data.keys()).filter((place) => mask.data[place] !== 0);
  const result = [...before, kept.length, ...after];
  const rows = { shape: [product(before), product(after)], all: mask.data.length };
  const out = make(product(result));
  const [outer = 1, inner = 1] = rows.shape;
  const to = denseStrides([outer, kept.length, inner]);
  const from = denseStrides([outer, rows.all, inner]);
  for (const [place, at] of kept.entries()) {
    copyStrided(
      { data: out, offset: place * inner, strides: [to[0] ?? 0, 1] },
      { data, offset: at * inner, strides: [from[0] ?? 0, 1] },
      [outer, inner],
    );
  }
  return { data: out, shape: result };
}
