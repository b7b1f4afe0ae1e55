export type { Bag } from "./bag.js";
export type { PartitionOptions } from "./create.js";
export { bag } from "./functions.js";
export type { Item } from "./item.js";
export type { TakeOptions } from "./iterate.js";
export type {
  FoldByOptions,
  FoldOptions,
  FrequenciesOptions,
  ItemKey,
  Lent,
  SplitOptions,
  VarianceOptions,
} from "./types.js";
