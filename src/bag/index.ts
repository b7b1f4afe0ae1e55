export type { Bag } from "./bag.js";
export type { PartitionOptions } from "./create.js";
export { bag } from "./functions.js";
export type { Item } from "./item.js";
export type { TakeOptions } from "./iterate.js";
export type { ReadOptions, ReadTextOptions } from "./read.js";
export type { PartitionSizeOptions } from "./repartition.js";
export type { WriteAvroOptions, WriteOptions, WriteTextOptions } from "./write.js";
export type {
  DrawOptions,
  FoldByOptions,
  FoldOptions,
  FrequenciesOptions,
  GroupByOptions,
  ItemKey,
  Lent,
  SplitOptions,
  VarianceOptions,
} from "./types.js";
