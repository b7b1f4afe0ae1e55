import type { TaskPlace } from "../errors.js";
import { inOrder } from "./collect.js";
import type { Node } from "./node.js";

/** Adds to an error of a task what the task is called, as the layer that failed knows it. */
export function withTaskKey(error: unknown, nodes: readonly Node[]): unknown {
  const place = error instanceof Error ? (error as { task?: TaskPlace }).task : undefined;
  if (place === undefined) return error;
  const layer = inOrder(nodes).find(({ name }) => name === place.layer);
  const key = layer?.calls?.keyOf?.(place.block[0] ?? -1);
  return key === undefined ? error : Object.assign(error as Error, { task: { ...place, key } });
}
