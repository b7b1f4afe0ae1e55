import type { Axis, Grid } from "../generated/layers.js";
import { axisBlocks, axisLength, longestChunk, product, regularAxis } from "../graph/index.js";

/**
 * The grids by which elements come from one grid to another, the last one included. Directly, each block is put
 * together from pieces of every block that it overlaps. Where that makes more than `threshold` pieces for each
 * block, it goes by a grid halfway between: as each block of it is between the others in size along every axis,
 * none is larger than the largest of theirs.
 *
 *     1000 columns to 1000 rows: 1,000,000 pieces     by 32 x 32 squares: 2 x 32,000 pieces
 */
export function planRechunk(from: Grid, to: Grid, threshold: number): Grid[] {
  const direct = pieces(from, to);
  if (direct <= threshold * (blocks(from) + blocks(to))) return [to];
  const halfway = from.map((axis, number) => between(axis, to[number] ?? axis));
  if (2 * (pieces(from, halfway) + pieces(halfway, to)) >= direct) return [to];
  return [...planRechunk(from, halfway, threshold), ...planRechunk(halfway, to, threshold)];
}

function blocks(grid: Grid): number {
  return product(grid.map(axisBlocks));
}

/** About how many pieces the blocks of one grid are cut into by those of another. */
function pieces(from: Grid, to: Grid): number {
  return product(
    from.map((axis, number) => {
      const other = to[number] ?? axis;
      const [short, long] = [longestChunk(axis), longestChunk(other)].sort((a, b) => a - b);
      const [few, many] = [axisBlocks(axis), axisBlocks(other)].sort((a, b) => a - b);
      const isNested = (long ?? 0) % (short ?? 1) === 0;
      return isNested ? (many ?? 1) : (few ?? 1) + (many ?? 1) - 1;
    }),
  );
}

/** Chunks as many times as long as those of one axis as those of the other are longer than they are. */
function between(a: Axis, b: Axis): Axis {
  const [short, long] = [longestChunk(a), longestChunk(b)].sort((left, right) => left - right);
  if (short === undefined || long === undefined || short === 0) return a;
  return regularAxis(axisLength(a), short * Math.max(1, Math.round(Math.sqrt(long / short))));
}

/** As many chunks, or one less where the last one is short, none more than an element longer than another. */
export function balanceAxis(axis: Axis): Axis {
  const total = axisLength(axis);
  const shortest = axis.reduce((least, run) => Math.min(least, run.length), total);
  const count = axisBlocks(axis) - (axisBlocks(axis) > 1 && 2 * shortest <= longestChunk(axis) ? 1 : 0);
  const length = Math.floor(total / count);
  const longer = total % count;
  const runs = [
    { length: length + 1, count: longer },
    { length, count: count - longer },
  ];
  return runs.filter((run) => run.count > 0);
}
