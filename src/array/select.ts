import type { Axis, Grid } from "../generated/layers.js";
import { axisBlocks, axisForStep, createNode, longestChunk, type Node, sliceAxis } from "../graph/index.js";
import { gather } from "./rechunk.js";
import { pickOf, readIndex, type Taken } from "./selection.js";

/** Basic indexing; the blocks of the result follow those of the input. */
export function select(node: Node, index: readonly unknown[]): Node {
  const taken = readIndex(index, node.shape);
  if (taken.every((entry) => isWhole(entry, node.shape))) return node;
  const aligned = gather(node, alignWithSteps(node.grid, taken));
  return createNode({
    label: "slice",
    kind: { select: { selection: taken.map(pickOf) } },
    dtype: node.dtype,
    grid: taken.flatMap((entry) => blocksOf(entry, aligned.grid)),
    inputs: [aligned],
  });
}

function isWhole(taken: Taken, shape: readonly number[]): boolean {
  return taken.kind === "slice" && taken.step === 1 && taken.count === shape[taken.axis];
}

/** The output axis that an entry gives, if any. */
function blocksOf(taken: Taken, grid: Grid): Axis[] {
  switch (taken.kind) {
    case "index":
      return [];
    case "slice":
      return [sliceAxis(grid[taken.axis] ?? [], taken.start, taken.step, taken.count)];
    case "newAxis":
      return [[{ length: 1, count: 1 }]];
  }
}

/**
 * Where a step does not divide the length of the chunks, each keeps a different number of elements. So many
 * that listing them would take long are cut anew, the step dividing them.
 */
const MANY_CHUNKS = 1000;

function alignWithSteps(grid: Grid, taken: readonly Taken[]): Grid {
  return grid.map((axis, number) => {
    const slice = taken.find((entry) => entry.kind === "slice" && entry.axis === number);
    if (slice?.kind !== "slice" || axisBlocks(axis) <= MANY_CHUNKS) return axis;
    const isAligned = axis.every((run) => run.count <= MANY_CHUNKS || run.length % slice.step === 0);
    if (isAligned) return axis;
    const total = axis.reduce((sum, run) => sum + run.length * run.count, 0);
    return axisForStep(total, longestChunk(axis), slice.start, slice.step);
  });
}
