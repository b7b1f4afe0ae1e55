import type { Grid } from "../generated/layers.js";
import { axisBlocks, axisLength, axisLengths, isKnownAxis, sameAxis } from "./axis.js";

/** Whether all lengths of a grid are known. */
export function isKnownGrid(grid: Grid): boolean {
  return grid.every(isKnownAxis);
}

/** Number of elements along each axis. */
export function gridShape(grid: Grid): number[] {
  return grid.map(axisLength);
}

/** Number of chunks along each axis. */
export function gridBlocks(grid: Grid): number[] {
  return grid.map(axisBlocks);
}

/** The chunk lengths of each axis; takes time in the number of chunks. */
export function gridChunks(grid: Grid): number[][] {
  return grid.map(axisLengths);
}

/** Whether two grids are cut alike. */
export function sameGrid(a: Grid, b: Grid): boolean {
  return a.length === b.length && a.every((axis, index) => sameAxis(axis, b[index] ?? []));
}

/** The product of lengths; 1 of none. */
export function product(lengths: readonly number[]): number {
  return lengths.reduce((result, length) => result * length, 1);
}
