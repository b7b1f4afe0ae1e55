import { availableParallelism } from "node:os";
import type { ComputeOptions } from "../array/compute.js";
import { COMPUTE_OPTIONS, computeOptionsOf } from "../array/compute.js";
import { checkInteger, checkOptions } from "../check.js";
import type { Node } from "../graph/index.js";
import { computeSome } from "./compute.js";
import { itemsNode, type Recipe, sinkNode } from "./recipe.js";
import { task } from "./reduce.js";
import type { Batch } from "./tasks/stage.js";

/** How many items are taken, and how they are computed. */
export interface TakeOptions extends ComputeOptions {
  /** How many partitions are looked into at most, from the first on. Default: all. */
  readonly npartitions?: number | undefined;
}

/** See `Bag.take`. Twice as many partitions are computed in each turn, until there are enough items. */
export async function take(recipe: Recipe, k: number, options: TakeOptions): Promise<Batch> {
  checkOptions(options, "options", [...COMPUTE_OPTIONS, "npartitions"]);
  const { npartitions = recipe.count } = options;
  const last = Math.min(recipe.count, checkInteger(npartitions, "options.npartitions", 1));
  const node = sinkNode(recipe, task("head", k), "take");
  const taken: Batch = [];
  for (let [from, step] = [0, 1]; from < last && taken.length < k; from += step / 2) {
    const to = Math.min(last, from + step);
    for (const part of await computeSome(node, { from, to }, computeOptionsOf(options))) {
      for (const item of part as Batch) if (taken.length < k) taken.push(item);
    }
    step *= 2;
  }
  return taken;
}

/**
 * The items of a bag in order. Where partitions have nothing in common, they are computed some at a time, and the next
 * ones while somebody works with these; otherwise all are.
 */
export async function* iterate(recipe: Recipe): AsyncGenerator<unknown, void, undefined> {
  const node = itemsNode(recipe);
  const window = isApart(node) ? availableParallelism() : recipe.count;
  let next = computeWindow(node, 0, window);
  for (let from = 0; from < recipe.count; from += window) {
    const parts = (await next) as readonly Batch[];
    if (from + window < recipe.count) {
      next = computeWindow(node, from + window, window);
      // Whoever stops before it is there does not ask what became of it.
      next.catch(() => {});
    }
    for (const part of parts) yield* part;
  }
}

function computeWindow(node: Node, from: number, window: number): Promise<readonly unknown[]> {
  const count = node.grid[0]?.[0]?.count ?? 0;
  return computeSome(node, { from, to: Math.min(count, from + window) }, {});
}

/** Whether each partition is made of what no other partition reads. */
function isApart({ kind, inputs }: Node): boolean {
  if ("source" in kind) return true;
  if (!("call" in kind)) return false;
  const readsOne = kind.call.reads.every((read) =>
    read.every((project) => typeof project === "object" && "axis" in project),
  );
  return readsOne && inputs.every(isApart);
}
