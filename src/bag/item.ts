import type { ComputeOptions } from "../array/compute.js";
import { Delayed } from "../delayed/delayed.js";
import type { Node } from "../graph/index.js";
import { blockTask, withProcesses } from "./compute.js";

/** One value that a bag comes to, such as a sum. It is a delayed value, and stands wherever such may stand. */
export class Item<out T = unknown> extends Delayed<T> {
  /** Computes the value, with `processes` unless somebody says otherwise. */
  override compute(options: ComputeOptions = {}): Promise<T> {
    return super.compute(withProcesses(options));
  }
}

/** The block of a layer of one block. */
export function itemOfNode<T>(node: Node): Item<T> {
  return new Item<T>(blockTask(node, 0));
}
