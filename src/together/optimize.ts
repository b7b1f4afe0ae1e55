import { LazyArray } from "../array/lazy-array.js";
import { NODE } from "../array/operand.js";
import { Bag } from "../bag/bag.js";
import { itemsNode, RECIPE, recipeOver } from "../bag/recipe.js";
import { compileTasks } from "../delayed/compile.js";
import { Delayed } from "../delayed/delayed.js";
import { substitute } from "../delayed/leaves.js";
import { TASK } from "../delayed/task.js";
import { selectEngine } from "../engine/select.js";
import { isDeferred, type Node, simplifyNodes } from "../graph/index.js";
import { collectionsIn } from "./collections.js";

/**
 * Optimises the graphs of arrays, bags and delayed values together, and gives collections that compute to the same, bit for
 * bit: slices move to where elements are read or made, changes of chunks vanish where they can, what is equal is there
 * once, and calls that nothing wants are gone. `compute` does all of that anyway, and more. It pays here where much is made of
 * the result, such as of its delayed blocks. They may stand in lists, objects, maps and sets.
 *
 * What waits for lengths that are yet to be computed, and data frames, whose queries are optimised where they run, stay what
 * they are. With the engine `js` nothing is rewritten.
 *
 * @returns as many values, with such collections in the place of those.
 * @example
 * const [rows] = optimize(x.add(1).rechunk([1, -1]).slice(slice(0, 10)));
 * rows.explain();
 */
export function optimize<const T extends readonly unknown[]>(
  ...values: T
): { -readonly [I in keyof T]: T[I] } {
  const { arrays, bags, delayed, frames } = collectionsIn(values);
  const calls = delayed.length === 0 ? undefined : compileTasks(delayed.map((value) => value[TASK]));
  const nodes = [
    ...arrays.map((value) => value[NODE]),
    ...bags.flatMap(({ [RECIPE]: recipe }) => [itemsNode(recipe), ...recipe.reads.map(({ node }) => node)]),
    ...(calls === undefined ? [] : [calls]),
  ];
  const engine = selectEngine(undefined);
  const simplified = simplifyNodes(nodes, (graph) => engine.simplify?.(graph) ?? graph);
  const byNode = new Map(nodes.map((node, number) => [node, simplified[number] as Node]));
  const now = (node: Node): Node => byNode.get(node) ?? node;
  const made = new Map<object, object>([...delayed, ...frames].map((value) => [value, value]));
  for (const array of arrays) made.set(array, new LazyArray(now(array[NODE])));
  for (const bag of bags) made.set(bag, new Bag(recipeOver(bag[RECIPE], now)));
  if (calls !== undefined && !isDeferred(calls)) {
    for (const [block, value] of delayed.entries()) made.set(value, delayedBlock(value, now(calls), block));
  }
  return values.map((value) => substitute(value, made)) as { -readonly [I in keyof T]: T[I] };
}

/** A delayed value that is a block of a layer; of what several values it consists stays known. */
function delayedBlock(value: object, node: Node, block: number): Delayed {
  const { key, length } = value as Delayed;
  const task = { key, isPure: true, call: undefined, dependencies: [{ node, block }], args: undefined };
  return new Delayed(task, length);
}
