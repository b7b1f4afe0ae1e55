import type { ComputeOptions } from "../array/compute.js";
import { computeNodes } from "../array/compute.js";
import { currentCluster } from "../cluster/current.js";
import { config } from "../config/index.js";
import { computeTasks } from "../delayed/compute.js";
import { uniqueKey } from "../delayed/keys.js";
import type { Task } from "../delayed/task.js";
import type { Node } from "../graph/index.js";
import { countOf } from "./partitions.js";

/** Options whose scheduler is `processes` unless somebody says otherwise: functions of bags are nobody's kernels. */
export function withProcesses(options: ComputeOptions): ComputeOptions {
  if (typeof options !== "object" || options === null) return options;
  const fallback = currentCluster() === undefined ? "processes" : undefined;
  const { scheduler = config.get("scheduler") ?? fallback } = options;
  return { ...options, scheduler };
}

/** What all partitions of a layer give. */
export async function computePartitions(node: Node, options: ComputeOptions): Promise<readonly unknown[]> {
  const [blocks] = await computeNodes([node], withProcesses(options));
  return blocks as readonly unknown[];
}

/** What some partitions of a layer give: what these alone don't need is not made. */
export async function computeSome(
  node: Node,
  { from, to }: { readonly from: number; readonly to: number },
  options: ComputeOptions,
): Promise<readonly unknown[]> {
  if (from === 0 && to === countOf(node)) return computePartitions(node, options);
  const blocks = Array.from({ length: to - from }, (_, index) => blockTask(node, from + index));
  return computeTasks(blocks, withProcesses(options));
}

/** A block of a layer as a task. */
export function blockTask(node: Node, block: number): Task {
  return {
    key: uniqueKey(node.name),
    isPure: false,
    call: undefined,
    dependencies: [{ node, block }],
    args: undefined,
  };
}
