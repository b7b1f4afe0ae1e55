import { type Annotations, currentAnnotations } from "../annotate.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import type { Node } from "../graph/index.js";
import { partitionsOf, type Read } from "./partitions.js";
import { TASKS } from "./tasks/index.js";

/** A function of ours with its first arguments, of which some may be what a partition reads. */
export type Template = readonly [call: TaskFunction, ...args: Argument[]];

/** How the partitions of a bag are made. It never changes. */
export interface Recipe {
  /** What is done last, in a word: what its function is called, or the operation. */
  readonly label: string;
  /** The same of all that is done in one call, in order; nothing where a call only passes on what others made. */
  readonly trail: readonly string[];
  /** How many partitions. */
  readonly count: number;
  /** What a partition reads; slot `n` of templates is what it reads of the entry `n`. */
  readonly reads: readonly Read[];
  /** What gives the items. */
  readonly open: Template;
  /** What they go through, all in one call. */
  readonly steps: readonly Template[];
  /** What is asked for the calls that make them, steps that are made later included. */
  readonly annotations: Annotations;
}

/** Key under which a bag keeps how it is made; the same in every copy of the package. */
export const RECIPE: unique symbol = Symbol.for("bramble.bag");

/** Whether a value is a bag. */
export function hasRecipe(value: unknown): value is { readonly [RECIPE]: Recipe } {
  return typeof value === "object" && value !== null && RECIPE in value;
}

/** The name of a layer tells the last of what its calls do, so that it can be read. */
const MOST_NAMES = 6;

/** A recipe with a step more. What the step reads beside the items gets the slots that `step` is called with. */
export function withStep(
  recipe: Recipe,
  label: string,
  step: (slots: readonly Argument[]) => Template,
  reads: readonly Read[] = [],
): Recipe {
  const first = recipe.reads.length;
  return {
    ...recipe,
    annotations: { ...recipe.annotations, ...currentAnnotations() },
    label,
    trail: [...recipe.trail, label],
    reads: [...recipe.reads, ...reads],
    steps: [...recipe.steps, step(reads.map((_, number) => ({ slot: first + number })))],
  };
}

/** The layer of a recipe that ends in something else than its items, which has a name too. */
export function sinkNode(
  recipe: Recipe,
  end: Template,
  name?: string,
  annotations = { ...recipe.annotations, ...currentAnnotations() },
): Node {
  const { count, reads, open, steps, label } = recipe;
  const trail = name === undefined ? recipe.trail : [...recipe.trail, name];
  return partitionsOf({
    label: trail.length === 0 ? label : trail.slice(-MOST_NAMES).join("-"),
    called: TASKS.runPartition as TaskFunction,
    args: [made(open), { list: steps.map(made) }, made(end)],
    reads,
    count,
    annotations,
  });
}

const itemNodes = new WeakMap<Recipe, Node>();

/** The layer whose blocks are lists of the items. The same for the same recipe, so that it is made once. */
export function itemsNode(recipe: Recipe): Node {
  let node = itemNodes.get(recipe);
  if (node === undefined) {
    // It may be made much later than it was written down.
    node = sinkNode(recipe, [TASKS.collect as TaskFunction], undefined, recipe.annotations);
    itemNodes.set(recipe, node);
  }
  return node;
}

/** The same recipe over other layers: those that it reads, and that of its items. */
export function recipeOver(recipe: Recipe, now: (node: Node) => Node): Recipe {
  const over = { ...recipe, reads: recipe.reads.map((read) => ({ ...read, node: now(read.node) })) };
  itemNodes.set(over, now(itemsNode(recipe)));
  return over;
}

/** The recipe of partitions that some layer makes as lists of items. */
export function recipeOfNode(label: string, node: Node, count: number): Recipe {
  return {
    label,
    trail: [],
    count,
    reads: [{ node, project: { axis: 0 } }],
    open: [TASKS.openItems as TaskFunction, { slot: 0 }],
    steps: [],
    annotations: currentAnnotations(),
  };
}

/** A template as an argument. */
export function made([call, ...args]: Template): Argument {
  return { list: [{ value: call }, ...args] };
}

/** Plain values as arguments. */
export function values(...list: readonly unknown[]): Argument[] {
  return list.map((value) => ({ value }));
}
