import { checkBoolean, checkInteger } from "../check.js";
import type { Node } from "../graph/index.js";
import { checkFunction, checkKey, checkSplitEvery, given, labelled, nameOf, readOptions } from "./check.js";
import { type Recipe, recipeOfNode } from "./recipe.js";
import { reducedRecipe, type Reduction, reduceNode, task } from "./reduce.js";

/** See `Bag.fold`. */
export function fold(recipe: Recipe, binop: unknown, options: unknown): Node {
  const { combine = binop, splitEvery } = readOptions(options, ["initial", "combine", "splitEvery"]);
  const call = checkFunction(binop, "binop");
  return reduceNode(recipe, {
    label: labelled("fold", call),
    end: task("fold", call, given(options as object, "initial")),
    merge: task("foldParts", checkFunction(combine, "options.combine")),
    finish: task("finishFold"),
    splitEvery: checkSplitEvery(splitEvery),
  });
}

/** See `Bag.reduction`. */
export function reduction(
  recipe: Recipe,
  { perPartition, aggregate }: { readonly perPartition: unknown; readonly aggregate: unknown },
  options: unknown,
): Node {
  const [each, all] = [checkFunction(perPartition, "perPartition"), checkFunction(aggregate, "aggregate")];
  return reduceNode(recipe, {
    label: nameOf(all, "reduction"),
    part: nameOf(each, "reduction-part"),
    end: task("perPartition", each),
    merge: [all],
    splitEvery: splitOf(options),
  });
}

/** See `Bag.sum`. */
export function sum(recipe: Recipe, options: unknown): Node {
  return reduceNode(recipe, {
    label: "sum",
    end: task("sum"),
    merge: task("sumParts"),
    finish: task("finishSum"),
    splitEvery: splitOf(options),
  });
}

/** See `Bag.min` and `Bag.max`. */
export function extremum(recipe: Recipe, label: "min" | "max", options: unknown): Node {
  const sign = label === "min" ? -1 : 1;
  return reduceNode(recipe, {
    label,
    end: task("extremum", sign),
    merge: task("extremumParts", sign),
    finish: task("finishExtremum", label),
    splitEvery: splitOf(options),
  });
}

/** See `Bag.mean`. */
export function mean(recipe: Recipe, options: unknown): Node {
  return reduceNode(recipe, {
    label: "mean",
    end: task("total"),
    merge: task("totalParts"),
    finish: task("finishMean"),
    splitEvery: splitOf(options),
  });
}

/** See `Bag.var` and `Bag.std`. */
export function spread(recipe: Recipe, label: "var" | "std", options: unknown): Node {
  const { ddof = 0, splitEvery } = readOptions(options, ["ddof", "splitEvery"]);
  return reduceNode(recipe, {
    label,
    end: task("moments", label),
    merge: task("momentsParts"),
    finish: task("finishSpread", checkInteger(ddof, "options.ddof", 0), label === "std"),
    splitEvery: checkSplitEvery(splitEvery),
  });
}

/** See `Bag.any`. */
export function any(recipe: Recipe, options: unknown): Node {
  return reduceNode(recipe, {
    label: "any",
    end: task("some", true),
    merge: task("someParts"),
    splitEvery: splitOf(options),
  });
}

/** See `Bag.all`. */
export function all(recipe: Recipe, options: unknown): Node {
  return reduceNode(recipe, {
    label: "all",
    end: task("some", false),
    merge: task("someParts"),
    finish: task("finishAll"),
    splitEvery: splitOf(options),
  });
}

/** See `Bag.count`. */
export function count(recipe: Recipe, options: unknown): Node {
  return reduceNode(recipe, {
    label: "count",
    end: task("count"),
    merge: task("countParts"),
    splitEvery: splitOf(options),
  });
}

/** See `Bag.topk`. */
export function topk(
  recipe: Recipe,
  { k, key }: { readonly k: number; readonly key: unknown },
  options: unknown,
): Recipe {
  const by = key === undefined ? undefined : checkKey(key, "key");
  return reducedRecipe(recipe, {
    label: "topk",
    end: task("topk", k, by),
    merge: task("topkParts", k),
    finish: task("finishTopk"),
    splitEvery: splitOf(options),
  });
}

/** See `Bag.distinct`. */
export function distinct(recipe: Recipe, key: unknown, options: unknown): Recipe {
  const by = key === undefined ? undefined : checkKey(key, "key");
  return reducedRecipe(recipe, {
    label: "distinct",
    end: task("distinct", by),
    merge: task("distinctParts"),
    finish: task("finishDistinct"),
    splitEvery: splitOf(options),
  });
}

/** See `Bag.frequencies`. */
export function frequencies(recipe: Recipe, options: unknown): Recipe {
  const { sort = false, splitEvery } = readOptions(options, ["sort", "splitEvery"]);
  return reducedRecipe(recipe, {
    label: "frequencies",
    end: task("frequencies"),
    merge: task("frequenciesParts"),
    finish: task("finishFrequencies", checkBoolean(sort, "options.sort")),
    splitEvery: checkSplitEvery(splitEvery),
  });
}

/** See `Bag.foldBy`. */
export function foldBy(
  recipe: Recipe,
  { key, binop }: { readonly key: unknown; readonly binop: unknown },
  options: unknown,
): Recipe {
  const names = ["initial", "combine", "combineInitial", "splitEvery"];
  const { combine = binop, splitEvery } = readOptions(options, names);
  const merge = checkFunction(combine, "options.combine");
  const [initial, combineInitial] = [
    given(options as object, "initial"),
    given(options as object, "combineInitial"),
  ];
  const folded: Reduction = {
    label: "foldBy",
    end: task("foldBy", checkKey(key, "key"), checkFunction(binop, "binop"), initial),
    merge: task("foldByParts", merge),
    finish: task("finishFoldBy", merge, combineInitial),
    splitEvery: checkSplitEvery(splitEvery),
  };
  // `combine` may write to states, which therefore are merged once, whoever reads the result.
  return recipeOfNode(folded.label, reduceNode(recipe, folded), 1);
}

function splitOf(options: unknown): number | undefined {
  return checkSplitEvery(readOptions(options, ["splitEvery"])["splitEvery"]);
}
