import { computeNodes } from "../array/compute.js";
import { hasNode, NODE } from "../array/operand.js";
import type { Node } from "../graph/index.js";
import { compileTasks } from "./compile.js";
import { type ApartOptions, APART, type Task, TASK, hasTask, isApart } from "./task.js";

/** Computes arrays and delayed values in one run, which shares what they have in common, and what is apart beside it. */
export async function computeMany(values: readonly unknown[], options: unknown): Promise<unknown[]> {
  const tasks = values.filter(hasTask).map((value) => value[TASK]);
  const arrays = values.filter(hasNode).map((value) => value[NODE]);
  const apart = values.filter((value) => isApart(value));
  const [[results, computed], others] = await allOf([
    computeBoth(tasks, arrays, options),
    allOf(apart.map((value) => value[APART](apartOptions(options)))),
  ]);
  let [nextTask, nextArray, nextOther] = [0, 0, 0];
  return values.map((value) => {
    if (hasTask(value)) return results[nextTask++];
    if (hasNode(value)) return computed[nextArray++];
    return isApart(value) ? others[nextOther++] : value;
  });
}

/** Waits for all, also if one fails: nothing runs on behind the back of whoever asked. */
async function allOf<const T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function apartOptions(options: unknown): ApartOptions {
  const { scheduler, signal } = (options ?? {}) as ApartOptions;
  return { scheduler, signal };
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
