import type { Axis, Grid } from "../../generated/layers.js";
import { axisBlocks, axisGroups, gridShape, product } from "../../graph/index.js";
import { blockInBox, NONE, type Range, ravel, rangeLength } from "./axis.js";
import type { BlockLink } from "./links.js";

/** Links of layers whose axes do not go by themselves. */

/** Blocks with the same number in row-major order belong together. */
export function reshapeLink(input: Grid, layer: Grid): BlockLink {
  const groups = axisGroups(gridShape(input), gridShape(layer));
  const all = layer.map((axis) => ({ start: 0, end: axisBlocks(axis) }));
  return {
    behind(blocks) {
      if (blocks.some((range) => rangeLength(range) === 0)) return input.map(() => NONE);
      return groups.flatMap(({ from, to }) => {
        const numbers = boxNumbers(pickAll(layer, to), pickAll(blocks, to));
        return boxAround(pickAll(input, from), numbers);
      });
    },
    users: (block, wanted) => (isIn(wanted, blockInBox(all, ravel(input, block))) ? 1 : 0),
  };
}

/** Blocks on the diagonal of two axes are read by those along the last axis of the layer. */
export function diagonalLink(ndim: number, first: number, second: number): BlockLink {
  const axes = Array.from({ length: ndim }, (_, axis) => axis);
  const kept = axes.filter((axis) => axis !== first && axis !== second);
  return {
    behind: (blocks) => {
      const along = blocks.at(-1) ?? NONE;
      return axes.map((axis) => (kept.includes(axis) ? (blocks[kept.indexOf(axis)] ?? NONE) : along));
    },
    users: (block, wanted) => {
      if (block[first] !== block[second]) return 0;
      return isIn(wanted, [...pickAll(block, kept), block[first] ?? 0]) ? 1 : 0;
    },
  };
}

function pickAll<T>(items: readonly T[], places: readonly number[]): T[] {
  return places.flatMap((place) => items.slice(place, place + 1));
}

function isIn(wanted: readonly Range[], block: readonly number[]): boolean {
  return wanted.every(({ start, end }, axis) => start <= (block[axis] ?? 0) && (block[axis] ?? 0) < end);
}

/** From the least to behind the greatest number of the blocks in a box. */
function boxNumbers(axes: readonly Axis[], blocks: readonly Range[]): Range {
  const start = blocks.map((range) => range.start);
  const last = blocks.map((range) => range.end - 1);
  return { start: ravel(axes, start), end: ravel(axes, last) + 1 };
}

/** The box around the blocks with these numbers. */
function boxAround(axes: readonly Axis[], numbers: Range): Range[] {
  let size = product(axes.map(axisBlocks));
  let [first, last] = [numbers.start, numbers.end - 1];
  let isShared = true;
  return axes.map((axis) => {
    size /= axisBlocks(axis);
    const [from, to] = [Math.floor(first / size), Math.floor(last / size)];
    // Where the first and the last block part, all of the axes behind lies between them.
    const range = isShared ? { start: from, end: to + 1 } : { start: 0, end: axisBlocks(axis) };
    isShared &&= from === to;
    [first, last] = [first % size, last % size];
    return range;
  });
}
