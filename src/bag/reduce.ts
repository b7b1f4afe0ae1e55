import type { Argument, TaskFunction } from "../engine/engine.js";
import type { Node } from "../graph/index.js";
import { countOf, partitionsOf } from "./partitions.js";
import { type Recipe, recipeOfNode, sinkNode, type Template, values } from "./recipe.js";
import { TASKS } from "./tasks/index.js";

/** Parts that a step of a tree merges, unless somebody says otherwise. */
export const SPLIT_EVERY = 8;

/** How a result is made of all items: of each partition a part, of several parts one, of the last one the result. */
export interface Reduction {
  readonly label: string;
  /** What the part of a partition is called. Default: the label and `-part`. */
  readonly part?: string;
  readonly end: Template;
  /** Is called with a list of parts behind its arguments. */
  readonly merge: Template;
  /** Is called with the last part behind its arguments. Absent: the result is that part. */
  readonly finish?: Template | undefined;
  readonly splitEvery?: number | undefined;
}

/**
 * The layer of one block that a reduction gives. Its tree follows from the number of partitions, so that rounding does
 * not depend on who was first.
 */
export function reduceNode(recipe: Recipe, reduction: Reduction): Node {
  const { label, part = `${label}-part`, end, merge, finish, splitEvery = SPLIT_EVERY } = reduction;
  let node = sinkNode(recipe, end, part);
  for (let count = countOf(node); count > splitEvery; count = countOf(node)) {
    node = mergeNode(`${label}-merge`, node, { merge, size: splitEvery });
  }
  return mergeNode(label, node, { merge, finish, size: countOf(node) });
}

/** The recipe of a bag of one partition, whose items are the list that a reduction gives. */
export function reducedRecipe(recipe: Recipe, reduction: Reduction): Recipe {
  return recipeOfNode(reduction.label, reduceNode(recipe, reduction), 1);
}

interface Merge {
  readonly merge: Template;
  readonly finish?: Template | undefined;
  /** Parts that are merged into one. */
  readonly size: number;
}

function mergeNode(label: string, node: Node, { merge, finish, size }: Merge): Node {
  const called = ([call, ...args]: Template): Argument => ({ list: [{ value: call }, ...args] });
  return partitionsOf({
    label,
    called: TASKS.mergeParts as TaskFunction,
    args: [called(merge), finish === undefined ? { value: undefined } : called(finish), { slot: 0 }],
    reads: [{ node, project: { group: { axis: 0, size } } }],
    count: Math.ceil(countOf(node) / size),
  });
}

/** A call of one of our tasks with plain values. */
export function task(name: keyof typeof TASKS, ...args: readonly unknown[]): Template {
  return [TASKS[name] as TaskFunction, ...values(...args)];
}
