import { computeNodes } from "../array/compute.js";
import { LazyArray } from "../array/lazy-array.js";
import { NODE } from "../array/operand.js";
import { persisted } from "../array/persist.js";
import { Bag } from "../bag/bag.js";
import { encodedRecipe } from "../bag/create.js";
import { valueTask } from "../delayed/delayed.js";
import { splitOptions, substitute } from "../delayed/leaves.js";
import { type ApartOptions, TASK } from "../delayed/task.js";
import { collectionsIn, nodesOf } from "./collections.js";

/**
 * Computes arrays, bags, delayed values and data frames together now, and gives collections that have the results in
 * memory: what they have in common is made once. They may stand in lists, objects, maps and sets. The last argument may be
 * options, as those of `compute`.
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
  const [results, frames] = await Promise.all([
    computeNodes(nodesOf(found), options),
    Promise.all(found.frames.map((frame) => frame.persist({ scheduler, signal }))),
  ]);
  const next = results.values();
  const made = new Map<object, object>(found.frames.map((frame, index) => [frame, frames[index] as object]));
  for (const array of found.arrays) made.set(array, new LazyArray(persisted(array[NODE], next.next().value)));
  for (const bag of found.bags) {
    made.set(bag, new Bag(encodedRecipe("persist", next.next().value as readonly unknown[][])));
  }
  const [lists = []] = [next.next().value as readonly unknown[] | undefined];
  for (const [index, value] of found.delayed.entries()) {
    made.set(value, valueTask(lists[index], value[TASK].key));
  }
  return wanted.map((value) => substitute(value, made)) as { -readonly [I in keyof T]: T[I] };
}
