import type { ComputeOptions } from "../array/compute.js";
import { Delayed } from "../delayed/delayed.js";
import { uniqueKey } from "../delayed/keys.js";
import type { Task } from "../delayed/task.js";
import type { TaskFunction } from "../engine/engine.js";
import type { Node } from "../graph/index.js";
import { persistNodes } from "../array/compute.js";
import { blockTask, computePartitions, withProcesses } from "./compute.js";
import { encodedRecipe } from "./create.js";
import { itemsNode, type Recipe, recipeOfNode } from "./recipe.js";
import { TASKS } from "./tasks/index.js";
import type { Batch } from "./tasks/stage.js";

/** See `Bag.compute`. */
export async function computeItems(recipe: Recipe, options: ComputeOptions): Promise<Batch> {
  return TASKS.joinItems(...((await computePartitions(itemsNode(recipe), options)) as Batch[]));
}

/** See `Bag.persist`. */
export async function persistRecipe(recipe: Recipe, options: ComputeOptions): Promise<Recipe> {
  const persisted = await persistNodes([itemsNode(recipe)], withProcesses(options));
  return persistedRecipe(recipe, "kept" in persisted ? persisted.kept[0] : persisted.results[0]);
}

/** A bag of the same partitions as a recipe, of the node that keeps these on a cluster, or of all items. */
export function persistedRecipe(recipe: Recipe, result: unknown): Recipe {
  if (Array.isArray(result)) return encodedRecipe("persist", result as Batch[]);
  return recipeOfNode("persist", result as Node, recipe.count);
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
