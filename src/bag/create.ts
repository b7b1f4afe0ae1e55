import { computedSource } from "../array/memory-source.js";
import { currentAnnotations } from "../annotate.js";
import { checkInteger, checkOptions, invalid } from "../check.js";
import { hasTask, TASK } from "../delayed/task.js";
import { compileShared } from "../delayed/compile.js";
import type { TaskFunction } from "../engine/engine.js";
import { pack } from "../executors/codec.js";
import { axisOfChunks, type Node } from "../graph/index.js";
import { encode } from "../values/index.js";
import type { Recipe } from "./recipe.js";
import { TASKS } from "./tasks/index.js";
import { borderOf } from "./tasks/open.js";

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
  const { count, border } = bordersOf(list.length, options);
  const partitions = Array.from({ length: count }, (_, number) =>
    list.slice(border(number), border(number + 1)),
  );
  const isNumeric = list.every((item) => typeof item === "number");
  return isNumeric ? numbersRecipe(partitions as number[][]) : encodedRecipe("fromSequence", partitions);
}

function listOf(items: unknown): readonly unknown[] {
  if (Array.isArray(items)) return items as unknown[];
  if (typeof items === "string") return Array.from(items);
  if (typeof items === "object" && items !== null && Symbol.iterator in items)
    return [...(items as Iterable<unknown>)];
  throw invalid("a list or another iterable", "items", items);
}

/** How many partitions so many items have, and where each begins. */
function bordersOf(
  length: number,
  options: unknown,
): {
  readonly count: number;
  readonly size: number | undefined;
  readonly border: (number: number) => number;
} {
  checkOptions(options, "options", ["npartitions", "partitionSize"]);
  const { npartitions = PARTITIONS, partitionSize } = options as PartitionOptions;
  if (partitionSize === undefined) {
    const most = checkInteger(npartitions, "options.npartitions", 1);
    const count = Math.max(1, Math.min(most, length));
    return { count, size: undefined, border: (number) => borderOf(length, count, number) };
  }
  if ("npartitions" in (options as object)) {
    throw invalid("no `partitionSize` beside `npartitions`", "options.partitionSize", partitionSize);
  }
  const size = checkInteger(partitionSize, "options.partitionSize", 1);
  return {
    count: Math.max(1, Math.ceil(length / size)),
    size,
    border: (number) => Math.min(length, number * size),
  };
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
  return {
    label,
    trail: [label],
    count,
    reads: [{ node, project: { axis: 0 } }],
    open: [open, { slot: 0 }],
    steps: [],
    annotations: currentAnnotations(),
  };
}

/** See `bag.range`. */
export function range(count: unknown, options: unknown): Recipe {
  const length = checkInteger(count, "count", 0);
  const { count: partitions, size } = bordersOf(length, options);
  return {
    label: "range",
    trail: ["range"],
    count: partitions,
    reads: [],
    open: [TASKS.openRange as TaskFunction, { value: length }, { value: size }],
    steps: [],
    annotations: currentAnnotations(),
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
  const node = compileShared(tasks);
  return sourceRecipe("fromDelayed", TASKS.openAny as TaskFunction, node, tasks.length);
}
