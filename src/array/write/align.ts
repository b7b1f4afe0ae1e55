import type { Axis, Grid } from "../../generated/layers.js";
import { axisBlocks, axisLength, longestChunk, regularAxis } from "../../graph/index.js";

/** A grid near `grid` whose blocks consist of whole chunks, which are as long as `units` says. */
export function alignGrid(grid: Grid, units: readonly number[]): Grid {
  return grid.map((axis, number) => alignAxis(axis, units[number] ?? 1));
}

function alignAxis(axis: Axis, unit: number): Axis {
  const last = axisBlocks(axis) - 1;
  let before = 0;
  const isAligned = axis.every((run) => {
    before += run.count;
    // The last chunk may end anywhere.
    const isLast = before - 1 === last && run.count === 1;
    return isLast || run.length % unit === 0;
  });
  return isAligned
    ? axis
    : regularAxis(axisLength(axis), unit * Math.max(1, Math.floor(longestChunk(axis) / unit)));
}
