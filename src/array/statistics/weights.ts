import type { Node } from "../../graph/index.js";
import { arrayNode } from "../arrange/operands.js";
import type { ArrayLike } from "../arrange/types.js";
import { memorySource } from "../memory-source.js";
import type { NestedArray } from "../ndarray.js";
import { nestedData } from "../nested.js";

/** What elements weigh: an array or nested lists. */
export type Weights = ArrayLike | NestedArray<number>;

/** Weights as a node. */
export function weightsNode(value: unknown): Node {
  if (Array.isArray(value)) return memorySource(nestedData(value), "auto");
  return arrayNode(value, "options.weights");
}
