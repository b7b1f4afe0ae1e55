import { hasNode, NODE } from "../array/operand.js";
import { hasRecipe, itemsNode, RECIPE } from "../bag/recipe.js";
import { hasFrame } from "../dataframe/data-frame.js";
import { compileTasks } from "../delayed/compile.js";
import { leavesOf } from "../delayed/leaves.js";
import { hasTask, type HasTask, TASK } from "../delayed/task.js";
import type { HasNode } from "../array/operand.js";
import type { Recipe } from "../bag/recipe.js";
import type { DataFrame } from "../dataframe/data-frame.js";
import type { Node } from "../graph/index.js";

/** Collections by what they are. */
export interface Collections {
  readonly arrays: readonly (object & HasNode)[];
  readonly bags: readonly (object & { readonly [RECIPE]: Recipe })[];
  readonly delayed: readonly (object & HasTask)[];
  readonly frames: readonly DataFrame[];
}

/** The collections in some structures, each once. */
export function collectionsIn(values: readonly unknown[]): Collections {
  const leaves = leavesOf(values);
  return {
    arrays: leaves.filter(hasNode),
    bags: leaves.filter(hasRecipe),
    // A bag is a delayed list too.
    delayed: leaves.filter((leaf) => hasTask(leaf) && !hasRecipe(leaf)) as (object & HasTask)[],
    frames: leaves.filter(hasFrame),
  };
}

/** The layers behind collections, in the order of their kinds; delayed values are one. */
export function nodesOf({ arrays, bags, delayed }: Collections): Node[] {
  const calls = delayed.length === 0 ? [] : [compileTasks(delayed.map((value) => value[TASK]))];
  return [...arrays.map((value) => value[NODE]), ...bags.map((value) => itemsNode(value[RECIPE])), ...calls];
}
