import { type ComputeOptions, COMPUTE_OPTIONS, computeOptionsOf } from "../array/compute.js";
import { checkInteger, invalid } from "../check.js";
import { checkBytes } from "../config/index.js";
import type { Task } from "../delayed/task.js";
import type { TaskFunction } from "../engine/engine.js";
import { readOptions } from "./check.js";
import { taskOf, taskRecipe } from "./combine.js";
import { computePartitions } from "./compute.js";
import { itemsNode, type Recipe, sinkNode, values } from "./recipe.js";
import { task } from "./reduce.js";
import { TASKS } from "./tasks/index.js";
import { borderOf } from "./tasks/open.js";

/** How large partitions become, and how it is found out how large they are. */
export interface PartitionSizeOptions extends ComputeOptions {
  /** Bytes of a partition at most, as its items travel: a number, or a size such as `"16MiB"`. An item is not cut. */
  readonly partitionSize: number | string;
}

/** Some parts of a partition, which is cut into so many. */
interface Stretch {
  readonly block: number;
  readonly part: number;
  readonly parts: number;
}

/** See `Bag.repartition`. */
export function repartition(recipe: Recipe, npartitions: unknown): Recipe {
  const wanted = checkInteger(npartitions, "npartitions", 1);
  const { count } = recipe;
  if (wanted === count) return recipe;
  if (wanted < count) {
    return regroup(
      recipe,
      Array.from({ length: wanted }, (_, number) => {
        const [from, to] = [borderOf(count, wanted, number), borderOf(count, wanted, number + 1)];
        return Array.from({ length: to - from }, (__, index) => whole(from + index));
      }),
    );
  }
  const stretches = Array.from({ length: count }, (_, block) =>
    cut(block, borderOf(wanted, count, block + 1) - borderOf(wanted, count, block)),
  );
  return regroup(
    recipe,
    stretches.flat(1).map((stretch) => [stretch]),
  );
}

/** See `Bag.repartition`. Of neighbours that are small together one partition is made, of a large one several. */
export async function repartitionBySize(recipe: Recipe, options: unknown): Promise<Recipe> {
  const { partitionSize } = readOptions(options, [...COMPUTE_OPTIONS, "partitionSize"]);
  if (partitionSize === undefined) throw invalid("a size", "options.partitionSize", partitionSize);
  const most = checkBytes(partitionSize, "options.partitionSize");
  const node = sinkNode(recipe, task("encodedSize"), "repartition-size");
  const sizes = await computePartitions(node, computeOptionsOf(options as ComputeOptions));
  const groups: Stretch[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const [block, size] of (sizes as readonly number[]).entries()) {
    const parts = Math.max(1, Math.ceil(size / most));
    for (const stretch of cut(block, parts)) {
      if (filled + size / parts > most) {
        groups.push([]);
        filled = 0;
      }
      groups.at(-1)?.push(stretch);
      filled += size / parts;
    }
  }
  return regroup(recipe, groups);
}

function whole(block: number): Stretch {
  return { block, part: 0, parts: 1 };
}

function cut(block: number, parts: number): Stretch[] {
  return Array.from({ length: parts }, (_, part) => ({ block, part, parts }));
}

/** A bag of partitions, each of which consists of some parts of others. */
function regroup(recipe: Recipe, groups: readonly (readonly Stretch[])[]): Recipe {
  const node = itemsNode(recipe);
  const read = ({ block, part, parts }: Stretch): Task | { node: typeof node; block: number } => {
    if (parts === 1) return { node, block };
    const args = [...values(part, parts), { slot: 0 }];
    return taskOf("repartition", TASKS.splitPart as TaskFunction, [{ node, block }], args);
  };
  const tasks = groups.map((group) =>
    taskOf("repartition", TASKS.joinItems as TaskFunction, group.map(read)),
  );
  return taskRecipe("repartition", tasks);
}
