import { allocate, type DType, type ItemOf, writeItem } from "../dtype/index.js";
import { axisLengths, isKnownAxis, type Node } from "../graph/index.js";
import { persistNodes } from "./compute.js";
import { memorySource } from "./memory-source.js";
import { NDArray } from "./ndarray.js";

/** Computes an array and gives one of the same blocks whose elements are in memory, here or on the cluster. */
export async function persist(node: Node, options: unknown): Promise<Node> {
  const computed = await persistNodes([node], options);
  if ("results" in computed) return persisted(node, computed.results[0]);
  return computed.kept[0] ?? node;
}

/** An array of the same blocks as a node, whose elements are what that has computed to. */
export function persisted(node: Node, result: unknown): Node {
  return memorySource(result instanceof NDArray ? result : scalarArray(node, result), chunksOf(node));
}

/** The blocks that it has; along an axis of unknown length they are chosen anew. */
function chunksOf({ grid }: Node): unknown {
  return grid.map((axis) => (isKnownAxis(axis) ? axisLengths(axis) : "auto"));
}

/** A 0-d array, which computes to a number. */
export function scalarArray({ dtype }: Node, value: unknown): NDArray {
  const data = allocate(dtype, 1);
  writeItem(data, dtype, 0, value as ItemOf<DType>);
  return new NDArray(data, [], { dtype });
}
