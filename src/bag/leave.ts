import type { ComputeOptions } from "../array/compute.js";
import { Delayed } from "../delayed/delayed.js";
import { uniqueKey } from "../delayed/keys.js";
import type { Task } from "../delayed/task.js";
import type { TaskFunction } from "../engine/engine.js";
import { blockTask, computePartitions } from "./compute.js";
import { encodedRecipe } from "./create.js";
import { itemsNode, type Recipe } from "./recipe.js";
import { TASKS } from "./tasks/index.js";
import type { Batch } from "./tasks/stage.js";

/** See `Bag.compute`. */
export async function computeItems(recipe: Recipe, options: ComputeOptions): Promise<Batch> {
  return TASKS.joinItems(...((await computePartitions(itemsNode(recipe), options)) as Batch[]));
}

/** See `Bag.persist`. */
export async function persistRecipe(recipe: Recipe, options: ComputeOptions): Promise<Recipe> {
  return encodedRecipe("persist", (await computePartitions(itemsNode(recipe), options)) as Batch[]);
}

/** See `Bag.toDelayed`. */
export function delayPartitions(recipe: Recipe): Delayed[] {
  const node = itemsNode(recipe);
  return Array.from({ length: recipe.count }, (_, block) => new Delayed(blockTask(node, block)));
}

/** The list of all items. */
export function bagTask(recipe: Recipe): Task {
  const node = itemsNode(recipe);
  return {
    key: uniqueKey(recipe.label),
    isPure: false,
    call: TASKS.joinItems as TaskFunction,
    dependencies: Array.from({ length: recipe.count }, (_, block) => ({ node, block })),
    args: undefined,
  };
}
