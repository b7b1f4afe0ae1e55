import { computedSource } from "../array/memory-source.js";
import { checkInteger, checkOptions, invalid } from "../check.js";
import { hasTask, TASK } from "../delayed/task.js";
import { compileTasks } from "../delayed/compile.js";
import type { TaskFunction } from "../engine/engine.js";
import { pack } from "../executors/codec.js";
import { axisOfChunks, type Node } from "../graph/index.js";
import { encode } from "../values/index.js";
import type { Recipe } from "./recipe.js";
import { TASKS } from "./tasks/index.js";

/** How many partitions a bag has. */
export interface PartitionOptions {
  /** How many. Default: as many as items, but no more than 100. */
  readonly npartitions?: number | undefined;
  /** How many items each has, rather. */
  readonly partitionSize?: number | undefined;
}

/** Partitions that a bag has unless somebody says otherwise. */
const PARTITIONS = 100;

/** See `bag.fromSequence`. */
export function fromSequence(items: unknown, options: unknown): Recipe {
  const list = listOf(items);
  const size = partitionSizeOf(list.length, options);
  const partitions: unknown[][] = [];
  for (let start = 0; start < list.length; start += size) partitions.push(list.slice(start, start + size));
  const isNumeric = list.every((item) => typeof item === "number");
  if (partitions.length === 0) partitions.push([]);
  return isNumeric ? numbersRecipe(partitions as number[][]) : encodedRecipe("fromSequence", partitions);
}

function listOf(items: unknown): readonly unknown[] {
  if (Array.isArray(items)) return items as unknown[];
  if (typeof items === "string") return Array.from(items);
  if (typeof items === "object" && items !== null && Symbol.iterator in items)
    return [...(items as Iterable<unknown>)];
  throw invalid("a list or another iterable", "items", items);
}

function partitionSizeOf(length: number, options: unknown): number {
  checkOptions(options, "options", ["npartitions", "partitionSize"]);
  const { npartitions, partitionSize } = options as PartitionOptions;
  if (npartitions !== undefined && partitionSize !== undefined) {
    throw invalid("no `partitionSize` beside `npartitions`", "options.partitionSize", partitionSize);
  }
  if (partitionSize !== undefined) return checkInteger(partitionSize, "options.partitionSize", 1);
  const count = npartitions === undefined ? PARTITIONS : checkInteger(npartitions, "options.npartitions", 1);
  return Math.max(1, Math.ceil(length / count));
}

/** Numbers lie in memory as they are. */
function numbersRecipe(partitions: readonly (readonly number[])[]): Recipe {
  const data = Float64Array.from(partitions.flat(1));
  const node = sourceOf(
    "float64",
    data,
    partitions.map(({ length }) => length),
  );
  return sourceRecipe("fromSequence", TASKS.openNumbers as TaskFunction, node, partitions.length);
}

/** Items of any kind lie in memory as they travel, so that a partition goes to who needs it and nowhere else. */
export function encodedRecipe(label: string, partitions: readonly (readonly unknown[])[]): Recipe {
  const packed = partitions.map((items) => pack(encode(items, "the items of the bag")));
  const node = sourceOf(
    "uint8",
    Buffer.concat(packed),
    packed.map(({ length }) => length),
  );
  return sourceRecipe(label, TASKS.openEncoded as TaskFunction, node, partitions.length);
}

function sourceOf(
  dtype: "float64" | "uint8",
  data: Float64Array | Uint8Array,
  lengths: readonly number[],
): Node {
  return computedSource("items", { data, dtype, shape: [data.length], grid: [axisOfChunks(lengths)] });
}

function sourceRecipe(label: string, open: TaskFunction, node: Node, count: number): Recipe {
  return { label, count, reads: [{ node, project: { axis: 0 } }], open: [open, { slot: 0 }], steps: [] };
}

/** See `bag.range`. */
export function range(count: unknown, options: unknown): Recipe {
  const length = checkInteger(count, "count", 0);
  const size = partitionSizeOf(length, options);
  return {
    label: "range",
    count: Math.max(1, Math.ceil(length / size)),
    reads: [],
    open: [TASKS.openRange as TaskFunction, { value: length }],
    steps: [],
  };
}

/** See `bag.fromDelayed`. */
export function fromDelayed(values: unknown): Recipe {
  const list = Array.isArray(values) ? (values as unknown[]) : [values];
  const tasks = list.map((value) => {
    if (hasTask(value)) return value[TASK];
    throw invalid("delayed values", "values", value);
  });
  if (tasks.length === 0) throw invalid("at least one delayed value", "values", values);
  const node = compileTasks(tasks);
  return sourceRecipe("fromDelayed", TASKS.openAny as TaskFunction, node, tasks.length);
}
