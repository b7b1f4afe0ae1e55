import type { Axis, Grid } from "../generated/layers.js";
import {
  axisBlocks,
  axisForStep,
  createNode,
  defer,
  isKnownAxis,
  longestChunk,
  type Node,
  sliceAxis,
} from "../graph/index.js";
import { gather } from "./rechunk.js";
import { pickOf, readIndex, type Taken } from "./selection.js";
import { Slice } from "./slice.js";

/** Basic indexing; the blocks of the result follow those of the input. */
export function select(node: Node, index: readonly unknown[]): Node {
  const taken = readIndex(index, node.shape);
  if (taken.every((entry) => isWhole(entry, node.shape))) return node;
  if (needsLengths(node, taken)) return selectLater(node, index, taken);
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
  return (
    taken.kind === "slice" &&
    taken.start === 0 &&
    taken.step === 1 &&
    Object.is(taken.count, shape[taken.axis])
  );
}

/**
 * Whether an entry picks from an axis of unknown length. Nothing is read for a result without elements, so that its
 * lengths must be known too.
 */
function needsLengths({ grid, shape }: Node, taken: readonly Taken[]): boolean {
  const isUnknown = (axis: number): boolean => !isKnownAxis(grid[axis] ?? []);
  const isEmpty = taken.some((entry) => entry.kind === "slice" && entry.count === 0);
  return taken.some(
    (entry) => entry.kind !== "newAxis" && isUnknown(entry.axis) && (isEmpty || !isWhole(entry, shape)),
  );
}

/** The same when lengths are known. */
function selectLater(node: Node, index: readonly unknown[], taken: readonly Taken[]): Node {
  const grid = alignWithSteps(node.grid, taken);
  const axes = taken.flatMap((entry): (Axis | undefined)[] => {
    const isKnown = entry.kind !== "slice" || !Number.isNaN(entry.count);
    return isKnown ? blocksOf(entry, grid) : [undefined];
  });
  return defer({
    label: "slice",
    parameters: index.map((entry) => (entry instanceof Slice ? entry.toString() : entry)),
    dtype: node.dtype,
    axes,
    inputs: [node],
    build: ([known = node]) => select(known, index),
  });
}

/** The output axis that an entry gives, if any. */
function blocksOf(taken: Taken, grid: Grid): Axis[] {
  switch (taken.kind) {
    case "index":
      return [];
    case "slice": {
      const axis = grid[taken.axis] ?? [];
      // Of an axis of unknown length all is taken.
      return [isKnownAxis(axis) ? sliceAxis(axis, taken.start, taken.step, taken.count) : axis];
    }
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
    if (slice?.kind !== "slice" || !(axisBlocks(axis) > MANY_CHUNKS) || !isKnownAxis(axis)) return axis;
    const isAligned = axis.every((run) => run.count <= MANY_CHUNKS || run.length % slice.step === 0);
    if (isAligned) return axis;
    const total = axis.reduce((sum, run) => sum + run.length * run.count, 0);
    return axisForStep(total, longestChunk(axis), slice.start, slice.step);
  });
}
