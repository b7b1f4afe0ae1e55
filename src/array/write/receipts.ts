import type { Target } from "../../generated/layers.js";
import { axisBlocks, createNode, defer, isKnownGrid, type Node, regularAxis } from "../../graph/index.js";
import { type ComputeOptions, computeNodes, computeOptionsOf } from "../compute.js";
import { reduce } from "../reduce.js";
import { REDUCTIONS } from "../reductions.js";
import { selectAll } from "../selection.js";

/** Writes all of a node, which becomes one truth value: that every block was written. */
export function write(node: Node, target: Target): Node {
  const receipts = createNode({
    label: "write",
    kind: { write: { target, shape: node.shape, selection: selectAll(node.shape.length) } },
    dtype: "bool",
    grid: node.grid.map((axis) => regularAxis(axisBlocks(axis), 1)),
    inputs: [node],
  });
  return reduce("all", REDUCTIONS.all, receipts, {});
}

/**
 * What `build` makes of a node, once the lengths of its axes are known. `parameters` is plain data that tells it from
 * other writes.
 */
export function whenKnown(node: Node, parameters: unknown, build: (known: Node) => Node): Node {
  if (isKnownGrid(node.grid)) return build(node);
  return defer({
    label: "write",
    parameters,
    dtype: "bool",
    axes: [],
    inputs: [node],
    build: ([known = node]) => build(known),
  });
}

/** Runs what writes, all in one run, so that what several arrays have in common is made once. */
export async function computeWrites(nodes: readonly Node[], options: ComputeOptions): Promise<void> {
  await computeNodes(nodes, computeOptionsOf(options));
}
