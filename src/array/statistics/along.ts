import type { DType } from "../../dtype/index.js";
import type { AlongOp, Axis, Grid } from "../../generated/layers.js";
import {
  axisBlocks,
  axisLength,
  createNode,
  defer,
  isKnownAxis,
  isKnownGrid,
  type Node,
  regularAxis,
} from "../../graph/index.js";
import { gather, rechunk } from "../rechunk.js";
import { select } from "../select.js";

/** What a layer does along axes. */
export interface AlongRequest {
  /** In a word, for people. */
  readonly label: string;
  readonly op: AlongOp;
  /** Along which axes, ascending. */
  readonly axes: readonly number[];
  /** How many values there are for each kept position. */
  readonly length: number;
  readonly dtype: DType;
}

/**
 * A function of each block along axes. They keep as many chunks, each of length 1; the values lie along a new last axis.
 * Inputs beside the first have its blocks, or one block that goes with all.
 */
export function along({ label, op, axes, length, dtype }: AlongRequest, inputs: readonly Node[]): Node {
  const grid = (inputs[0]?.grid ?? []).map((axis, number) =>
    axes.includes(number) ? regularAxis(axisBlocks(axis), 1) : axis,
  );
  return createNode({
    label,
    kind: { along: { op, axes } },
    dtype,
    grid: [...grid, oneChunk(length)],
    inputs,
  });
}

/** An axis in one chunk. */
export function oneChunk(length: number): Axis {
  return [{ length, count: 1 }];
}

/** The array in blocks that have all of some axes. The others are cut anew where they are known. */
export function wholeAlong(node: Node, axes: readonly number[]): Node {
  const isWhole = axes.every((axis) => axisBlocks(node.grid[axis] ?? []) === 1);
  if (isWhole) return node;
  if (isKnownGrid(node.grid)) {
    return rechunk(
      node,
      node.shape.map((_, axis) => (axes.includes(axis) ? -1 : "auto")),
    );
  }
  const grid: Grid = node.grid.map((axis, number) =>
    axes.includes(number) ? oneChunk(axisLength(axis)) : axis,
  );
  return gather(node, grid);
}

/** What `build` makes, at once or when the lengths of some axes are known. `shape` are the axes that it will have. */
export function whenKnown(
  node: Node,
  axes: readonly number[],
  parts: {
    readonly label: string;
    readonly parameters: unknown;
    readonly dtype: DType;
    readonly grid: readonly (Axis | undefined)[];
  },
  build: (node: Node) => Node,
): Node {
  if (axes.every((axis) => isKnownAxis(node.grid[axis] ?? []))) return build(node);
  const { grid, ...others } = parts;
  return defer({ ...others, axes: grid, inputs: [node], build: ([known = node]) => build(known) });
}

/** The array without some axes, of which each has one element. */
export function dropAxes(node: Node, axes: readonly number[]): Node {
  return select(
    node,
    node.shape.map((_, axis) => (axes.includes(axis) ? 0 : ":")),
  );
}
