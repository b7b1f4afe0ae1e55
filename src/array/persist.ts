import { allocate, type DType, type ItemOf, writeItem } from "../dtype/index.js";
import { axisLengths, isKnownAxis, type Node } from "../graph/index.js";
import { computeNodes } from "./compute.js";
import { memorySource } from "./memory-source.js";
import { NDArray } from "./ndarray.js";

/** Computes an array and gives one of the same blocks whose elements are in memory. */
export async function persist(node: Node, options: unknown): Promise<Node> {
  const [result] = await computeNodes([node], options);
  return persisted(node, result);
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
function scalarArray({ dtype }: Node, value: unknown): NDArray {
  const data = allocate(dtype, 1);
  writeItem(data, dtype, 0, value as ItemOf<DType>);
  return new NDArray(data, [], { dtype });
}
