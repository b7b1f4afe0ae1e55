import { randomBytes } from "node:crypto";
import { currentAnnotations } from "../annotate.js";
import { checkInteger, invalid } from "../check.js";
import { compileTasks } from "../delayed/compile.js";
import { uniqueKey } from "../delayed/keys.js";
import { type Dependency, hasTask, type Task, TASK, UniqueTask } from "../delayed/task.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import { SCRATCH } from "../graph/scratch.js";
import { checkFunction, checkKey, given, labelled, readOptions } from "./check.js";
import { blockTask } from "./compute.js";
import { bagTask } from "./leave.js";
import {
  hasRecipe,
  itemsNode,
  RECIPE,
  type Recipe,
  recipeOfNode,
  sinkNode,
  values,
  withStep,
} from "./recipe.js";
import { reducedRecipe, task } from "./reduce.js";
import { readOf } from "./steps.js";
import { TASKS } from "./tasks/index.js";

/** See `bag.concat`. */
export function concat(bags: readonly unknown[]): Recipe {
  const nodes = bags.map((bag) => {
    if (hasRecipe(bag)) return itemsNode(bag[RECIPE]);
    throw invalid("bags", "bags", bag);
  });
  if (nodes.length === 0) throw invalid("at least one bag", "bags", bags);
  const counts = bags.map((bag) => (hasRecipe(bag) ? bag[RECIPE].count : 0));
  const tasks = nodes.flatMap((node, number) =>
    Array.from({ length: counts[number] ?? 0 }, (_, block) => blockTask(node, block)),
  );
  return taskRecipe("concat", tasks);
}

/** See `Bag.product`. */
export function product(first: Recipe, other: unknown): Recipe {
  if (!hasRecipe(other)) throw invalid("a bag", "other", other);
  const second = other[RECIPE];
  const nodes = [itemsNode(first), itemsNode(second)] as const;
  const tasks = Array.from({ length: first.count * second.count }, (_, number) =>
    taskOf("product", TASKS.productOf as TaskFunction, [
      { node: nodes[0], block: Math.floor(number / second.count) },
      { node: nodes[1], block: number % second.count },
    ]),
  );
  return taskRecipe("product", tasks);
}

/** See `Bag.join`. */
export function join(
  recipe: Recipe,
  other: unknown,
  { own, theirs }: { readonly own: unknown; readonly theirs: unknown },
): Recipe {
  const keys = [checkKey(own, "onSelf"), checkKey(theirs ?? own, "onOther")] as const;
  const read = otherRead(other);
  const step = ([slot]: readonly Argument[]) =>
    [
      TASKS.join as TaskFunction,
      { value: keys[0] },
      slot ?? { value: [...(other as Iterable<unknown>)] },
      { value: keys[1] },
    ] as const;
  return withStep(recipe, "join", step, read === undefined ? [] : [read]);
}

function otherRead(other: unknown): ReturnType<typeof readOf> | undefined {
  if (hasRecipe(other)) return readOf(bagTask(other[RECIPE]));
  if (hasTask(other)) return readOf(other[TASK]);
  if (typeof other === "object" && other !== null && Symbol.iterator in other) return undefined;
  throw invalid("a bag, a delayed list or an iterable", "other", other);
}

/** See `Bag.accumulate`. */
export function accumulate(recipe: Recipe, binop: unknown, options: unknown): Recipe {
  readOptions(options, ["initial"]);
  const call = checkFunction(binop, "binop");
  const head = values(call, given(options as object, "initial"));
  const label = labelled("accumulate", call);
  const node = itemsNode(recipe);
  const tasks: Task[] = [];
  let before: Task | undefined;
  for (let block = 0; block < recipe.count; block += 1) {
    const items = { node, block };
    const part = taskOf(
      label,
      TASKS.accumulatePart as TaskFunction,
      before === undefined ? [items] : [items, before],
      [...head, { slot: 0 }, ...(before === undefined ? values(undefined) : [{ slot: 1 }])],
    );
    tasks.push(taskOf(label, TASKS.accumulatedItems as TaskFunction, [part]));
    before = part;
  }
  return taskRecipe(label, tasks);
}

/** See `Bag.groupBy`. */
export function groupBy(recipe: Recipe, key: unknown, options: unknown): Recipe {
  const { npartitions = recipe.count } = readOptions(options, ["npartitions"]);
  const count = checkInteger(npartitions, "options.npartitions", 1);
  const name = uniqueKey("groups");
  const written = sinkNode(
    recipe,
    [
      TASKS.scatter as TaskFunction,
      { value: checkKey(key, "key") },
      { value: count },
      SCRATCH,
      { value: name },
    ],
    "groupBy-write",
  );
  return {
    label: "groupBy",
    trail: ["groupBy"],
    count,
    reads: [{ node: written, project: "all" }],
    open: [TASKS.openGroups as TaskFunction, SCRATCH, { value: name }, { slot: 0 }],
    steps: [],
    annotations: currentAnnotations(),
  };
}

/** See `Bag.randomSample`. */
export function randomSample(recipe: Recipe, probability: unknown, seed: unknown): Recipe {
  if (typeof probability !== "number" || !(probability >= 0 && probability <= 1)) {
    throw invalid("a number from 0 to 1", "probability", probability);
  }
  const text = seedOf(seed);
  return withStep(recipe, "randomSample", () => task("sampleSome", probability, text));
}

/** See `bag.random`. */
export function draw(label: "sample" | "choices", bag: unknown, k: unknown, options: unknown): Recipe {
  if (!hasRecipe(bag)) throw invalid("a bag", "items", bag);
  const { seed } = readOptions(options, ["seed"]);
  const [most, text] = [checkInteger(k, "k", 0), seedOf(seed)];
  const isSample = label === "sample";
  return reducedRecipe(bag[RECIPE], {
    label,
    end: task(label, most, text),
    merge: isSample ? task("sampleParts", most) : task("choicesParts", most, text),
    finish: task(isSample ? "finishSample" : "finishChoices", most),
  });
}

/** A seed as text; one that nobody chose is the same for all partitions, now and when they are computed again. */
function seedOf(seed: unknown): string {
  if (seed === undefined) return randomBytes(8).toString("hex");
  return String(checkInteger(seed, "seed"));
}

/** A call of a function of ours; without arguments it has the dependencies, in order. */
export function taskOf(
  name: string,
  call: TaskFunction,
  dependencies: readonly Dependency[],
  args?: readonly Argument[],
): Task {
  return new UniqueTask(name, { call, dependencies, args });
}

/** A bag of what tasks give, each a partition. */
export function taskRecipe(label: string, tasks: readonly Task[]): Recipe {
  return recipeOfNode(label, compileTasks(tasks), tasks.length);
}
