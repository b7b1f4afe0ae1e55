import { checkOptions, invalid } from "../check.js";
import type { Schema } from "../dataframe/column-type.js";
import { fromDelayed } from "../dataframe/map-partitions.js";
import type { FrameNode } from "../dataframe/node.js";
import { delayPartitions } from "./leave.js";
import { type Recipe, withStep } from "./recipe.js";
import { task } from "./reduce.js";

/** See `Bag.toDataFrame`. */
export function frameOf(recipe: Recipe, options: unknown): FrameNode {
  checkOptions(options, "options", ["schema"]);
  const { schema } = options as { readonly schema: Schema };
  if (typeof schema !== "object" || schema === null)
    throw invalid("the types of columns by their names", "options.schema", schema);
  const rows = withStep(recipe, "toDataFrame", () => task("rowsOf", Object.keys(schema)));
  return fromDelayed(delayPartitions(rows), { schema });
}
