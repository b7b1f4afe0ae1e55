import { persistNodes } from "../array/compute.js";
import { LazyArray } from "../array/lazy-array.js";
import { NODE } from "../array/operand.js";
import { persisted } from "../array/persist.js";
import { Bag } from "../bag/bag.js";
import { persistedRecipe } from "../bag/leave.js";
import { RECIPE } from "../bag/recipe.js";
import { Delayed } from "../delayed/delayed.js";
import { splitOptions, substitute } from "../delayed/leaves.js";
import { keptResult, valueResult } from "../delayed/results.js";
import { type ApartOptions, TASK } from "../delayed/task.js";
import type { Node } from "../graph/index.js";
import { collectionsIn, nodesOf } from "./collections.js";

/**
 * Computes arrays, bags, delayed values and data frames together now, and gives collections that have the results in
 * memory: what they have in common is made once. They may stand in lists, objects, maps and sets. The last argument may be
 * options, as those of `compute`.
 *
 * On a cluster all this stays on the workers, for as long as somebody has the new collections and the client is open.
 *
 * @returns as many values, with such collections in the place of those.
 * @example
 * const [clean, counts] = await persist(x.subtract(x.mean()), words.frequencies());
 */
export async function persist<const T extends readonly unknown[]>(
  ...values: T
): Promise<{ -readonly [I in keyof T]: T[I] }> {
  const [wanted, options] = splitOptions(values);
  const found = collectionsIn(wanted);
  const { scheduler, signal } = options as ApartOptions;
  const [persistedNodes, frames] = await Promise.all([
    persistNodes(nodesOf(found), options),
    Promise.all(found.frames.map((frame) => frame.persist({ scheduler, signal }))),
  ]);
  const isKept = "kept" in persistedNodes;
  const next = (isKept ? persistedNodes.kept : persistedNodes.results).values();
  const made = new Map<object, object>(found.frames.map((frame, index) => [frame, frames[index] as object]));
  for (const array of found.arrays) {
    const { value } = next.next();
    made.set(array, new LazyArray(isKept ? (value as Node) : persisted(array[NODE], value)));
  }
  for (const bag of found.bags) made.set(bag, new Bag(persistedRecipe(bag[RECIPE], next.next().value)));
  const { value: last } = next.next();
  for (const [index, value] of found.delayed.entries()) {
    const { [TASK]: task, length } = value as Delayed;
    const list = last as readonly unknown[];
    const result = isKept ? keptResult(task, last as Node, index) : valueResult(task, list[index]);
    made.set(value, new Delayed(result, length));
  }
  return wanted.map((value) => substitute(value, made)) as { -readonly [I in keyof T]: T[I] };
}
