import type { Grid } from "../generated/layers.js";
import { createNode, defer, isKnownAxis, isKnownGrid, type Node, sameGrid } from "../graph/index.js";
import { normalizeChunks } from "./chunks.js";

/** The same elements in other chunks. */
export function rechunk(node: Node, chunks: unknown): Node {
  if (isKnownGrid(node.grid)) return gather(node, normalizeChunks(chunks, node));
  return defer({
    label: "rechunk",
    parameters: chunks,
    dtype: node.dtype,
    axes: node.grid.map((axis) => (isKnownAxis(axis) ? axis : undefined)),
    inputs: [node],
    build: ([known = node]) => rechunk(known, chunks),
  });
}

/** The same elements in the blocks of a grid; the node itself where it has them already. */
export function gather(node: Node, grid: Grid): Node {
  if (sameGrid(node.grid, grid)) return node;
  return createNode({ label: "rechunk", kind: { gather: {} }, dtype: node.dtype, grid, inputs: [node] });
}
