import { currentAnnotations } from "../annotate.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import type { Node } from "../graph/index.js";
import { countOf, partitionsOf, type Read } from "./partitions.js";
import { made, type Recipe, sinkNode, type Template, values } from "./recipe.js";
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
  const { label, merge, finish } = reduction;
  return mergeNode(label, lastParts(recipe, reduction), merge, finish);
}

/**
 * The recipe of a bag of one partition, whose items are the list that a reduction gives. Steps go on in the call that
 * makes that list, so that it travels nowhere.
 */
export function reducedRecipe(recipe: Recipe, reduction: Reduction): Recipe {
  const { label, merge, finish } = reduction;
  const node = lastParts(recipe, reduction);
  return {
    label,
    trail: [label],
    count: 1,
    reads: [partsRead(node, countOf(node))],
    open: [TASKS.mergeParts as TaskFunction, ...mergeArguments(merge, finish)],
    steps: [],
    annotations: currentAnnotations(),
  };
}

/** Parts that are few enough to be merged into the result. */
function lastParts(recipe: Recipe, reduction: Reduction): Node {
  const { label, part = `${label}-part`, end, merge, splitEvery = SPLIT_EVERY } = reduction;
  let node = sinkNode(recipe, end, part);
  while (countOf(node) > splitEvery) node = mergeNode(`${label}-merge`, node, merge, undefined, splitEvery);
  return node;
}

/** A layer that merges parts, so many into one. */
function mergeNode(
  label: string,
  node: Node,
  merge: Template,
  finish: Template | undefined,
  size = countOf(node),
): Node {
  return partitionsOf({
    label,
    called: TASKS.mergeParts as TaskFunction,
    args: mergeArguments(merge, finish),
    reads: [partsRead(node, size)],
    count: Math.ceil(countOf(node) / size),
  });
}

function partsRead(node: Node, size: number): Read {
  return { node, project: { group: { axis: 0, size } } };
}

/** What `mergeParts` is called with. */
function mergeArguments(merge: Template, finish: Template | undefined): Argument[] {
  return [made(merge), finish === undefined ? { value: undefined } : made(finish), { slot: 0 }];
}

/** A call of one of our tasks with plain values. */
export function task(name: keyof typeof TASKS, ...args: readonly unknown[]): Template {
  return [TASKS[name] as TaskFunction, ...values(...args)];
}
