import { computeNodes } from "../array/compute.js";
import { hasNode, NODE } from "../array/operand.js";
import type { Node } from "../graph/index.js";
import { compileTasks } from "./compile.js";
import { type Task, TASK, hasTask } from "./task.js";

/** Computes arrays and delayed values in one run, which shares what they have in common. */
export async function computeMany(values: readonly unknown[], options: unknown): Promise<unknown[]> {
  const tasks = values.filter(hasTask).map((value) => value[TASK]);
  const arrays = values.filter(hasNode).map((value) => value[NODE]);
  const [results, computed] = await computeBoth(tasks, arrays, options);
  let [nextTask, nextArray] = [0, 0];
  return values.map((value) => {
    if (hasTask(value)) return results[nextTask++];
    return hasNode(value) ? computed[nextArray++] : value;
  });
}

/** Computes tasks. */
export async function computeTasks(tasks: readonly Task[], options: unknown): Promise<readonly unknown[]> {
  const [results] = await computeBoth(tasks, [], options);
  return results;
}

async function computeBoth(
  tasks: readonly Task[],
  arrays: readonly Node[],
  options: unknown,
): Promise<readonly [results: readonly unknown[], computed: readonly unknown[]]> {
  if (tasks.length === 0) return [[], await computeNodes(arrays, options)];
  const [results, ...computed] = await computeNodes([compileTasks(tasks), ...arrays], options);
  return [results as readonly unknown[], computed];
}
