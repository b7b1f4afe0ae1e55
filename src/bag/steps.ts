import { hasNode, NODE } from "../array/operand.js";
import { wholeArray } from "../delayed/array-tasks.js";
import { compileTasks } from "../delayed/compile.js";
import { type Dependency, hasTask, isNodeBlock, TASK } from "../delayed/task.js";
import { invalid } from "../check.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import { BrambleError } from "../errors.js";
import { checkFunction, checkKey, labelled, nameOf } from "./check.js";
import type { Read } from "./partitions.js";
import { hasRecipe, itemsNode, RECIPE, type Recipe, type Template, withStep } from "./recipe.js";
import { task } from "./reduce.js";
import { TASKS } from "./tasks/index.js";

/** See `Bag.map`. */
export function map(recipe: Recipe, fn: unknown, args: readonly unknown[]): Recipe {
  const call = checkFunction(fn, "fn");
  const label = nameOf(call, "map");
  if (args.length === 0) return withStep(recipe, label, () => task("map", call));
  return withBeside(recipe, { label, call, args });
}

/** See `Bag.zip`. */
export function zip(recipe: Recipe, others: readonly unknown[]): Recipe {
  for (const other of others) if (!hasRecipe(other)) throw invalid("a bag", "others", other);
  return withBeside(recipe, { label: "zip", call: undefined, args: others });
}

/** See `Bag.starmap`. */
export function starmap(recipe: Recipe, fn: unknown): Recipe {
  const call = checkFunction(fn, "fn");
  return withStep(recipe, nameOf(call, "starmap"), () => task("starmap", call));
}

/** See `Bag.filter` and `Bag.remove`. */
export function filter(recipe: Recipe, predicate: unknown, wanted: boolean): Recipe {
  const call = checkFunction(predicate, "predicate");
  return withStep(recipe, labelled(wanted ? "filter" : "remove", call), () => task("filter", call, wanted));
}

/** See `Bag.pluck`. */
export function pluck(recipe: Recipe, key: unknown, fallback: readonly unknown[]): Recipe {
  const keys = Array.isArray(key) ? (key as unknown[]).map((entry) => checkName(entry)) : checkName(key);
  const otherwise = fallback.length === 0 ? undefined : { value: fallback[0] };
  return withStep(recipe, "pluck", () => task("pluck", keys, otherwise));
}

function checkName(key: unknown): unknown {
  if (typeof key === "function") throw invalid("the name of a property", "key", key);
  return typeof key === "symbol" ? key : checkKey(key, "key");
}

/** See `Bag.flatten`. */
export function flatten(recipe: Recipe): Recipe {
  return withStep(recipe, "flatten", () => task("flatten"));
}

/** See `Bag.mapPartitions`. */
export function mapPartitions(recipe: Recipe, fn: unknown, args: readonly unknown[]): Recipe {
  const call = checkFunction(fn, "fn");
  const reads = readsOf(recipe, args);
  return withStep(
    recipe,
    nameOf(call, "mapPartitions"),
    (slots) => [TASKS.mapPartitions as TaskFunction, { value: call }, ...fillIn(args, reads, slots)],
    reads.flatMap((read) => read ?? []),
  );
}

interface BesideParts {
  readonly label: string;
  readonly call: TaskFunction | undefined;
  readonly args: readonly unknown[];
}

function withBeside(recipe: Recipe, { label, call, args }: BesideParts): Recipe {
  const reads = readsOf(recipe, args);
  const step = (slots: readonly Argument[]): Template => {
    const filled = fillIn(args, reads, slots);
    const beside = filled.map((value, number) => ({
      record: { isList: { value: hasRecipe(args[number]) }, value },
    }));
    return [TASKS.mapWith as TaskFunction, { value: call }, { list: beside }];
  };
  return withStep(
    recipe,
    label,
    step,
    reads.flatMap((read) => read ?? []),
  );
}

/** What is read of each argument; undefined of one that is a value. */
function readsOf({ count }: Recipe, args: readonly unknown[]): (Read | undefined)[] {
  return args.map((arg) => {
    if (hasRecipe(arg)) return { node: itemsNode(checkCount(arg[RECIPE], count)), project: { axis: 0 } };
    if (hasTask(arg)) return readOf(arg[TASK]);
    return hasNode(arg) ? readOf(wholeArray(arg[NODE])) : undefined;
  });
}

/** What is read of a value that all partitions have in common. */
export function readOf(dependency: Dependency): Read {
  if (isNodeBlock(dependency)) return { node: dependency.node, project: { at: dependency.block } };
  const [only] = dependency.dependencies;
  if (dependency.call === undefined && only !== undefined) return readOf(only);
  return { node: compileTasks([dependency]), project: { at: 0 } };
}

function fillIn(
  args: readonly unknown[],
  reads: readonly (Read | undefined)[],
  slots: readonly Argument[],
): Argument[] {
  let next = 0;
  return args.map((value, number) => {
    if (reads[number] === undefined) return { value };
    next += 1;
    return slots[next - 1] ?? { value };
  });
}

function checkCount(other: Recipe, count: number): Recipe {
  if (other.count === count) return other;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `Bags that are put together item by item need as many partitions: one has ${count}, another ${other.count}. ` +
      "Use `repartition` where their items are made",
  );
}
