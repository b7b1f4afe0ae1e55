import { rechunk } from "../array/rechunk.js";
import { gridBlocks, type Node, product } from "../graph/index.js";
import { itemOf } from "./helpers.js";
import type { NodeBlock, Task } from "./task.js";

/** The value of a lazy array as a function gets it: an `NDArray`, or a number of a 0-d array. */
export function wholeArray(node: Node): Task | NodeBlock {
  return blockTask(product(gridBlocks(node.grid)) === 1 ? node : rechunk(node, -1), 0);
}

/** A block of a lazy array, likewise. */
export function blockTask(node: Node, block: number): Task | NodeBlock {
  const source = { node, block };
  if (node.shape.length > 0) return source;
  return { key: `item-${node.token}`, isPure: true, call: itemOf, dependencies: [source], args: undefined };
}
