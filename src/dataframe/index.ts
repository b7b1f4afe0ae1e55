export type { ColumnTypeLike, RowOf, Schema, ValueOf } from "./column-type.js";
export type { FrameComputeOptions } from "./compute.js";
export type { PivotOptions, RandomSplitOptions, SampleOptions } from "./composed.js";
export { DataFrame } from "./data-frame.js";
export type { ReadHDF5Options, WriteHDF5Options } from "./hdf5.js";
export type { Divisions, DivisionValue } from "./divisions/divisions.js";
export type { RepartitionOptions, SetIndexOptions } from "./divisions/set-index.js";
export {
  Expr,
  type FillStrategy,
  type FrameQuantileMethod,
  type OverOptions,
  type RankOptions,
  type RollingTimeOptions,
  type SortExprOptions,
} from "./expr/expr.js";
export {
  all,
  allHorizontal,
  anyHorizontal,
  coalesce,
  col,
  concatStr,
  corr,
  cov,
  exclude,
  len,
  lit,
  maxHorizontal,
  meanHorizontal,
  minHorizontal,
  ofType,
  struct,
  sumHorizontal,
  type Then,
  type When,
  when,
} from "./expr/functions.js";
export type { RollingOptions, RunningOptions } from "./expr/methods.js";
export type { ParseOptions, PatternOptions } from "./expr/str-expr.js";
export type { ColumnLike, ExprLike, LiteralValue } from "./expr/wire.js";
export { type ConcatOptions, dataframe, type FromOptions } from "./functions.js";
export type { JoinAsofOptions } from "./asof.js";
export type { FromArrayFrameOptions } from "./arrays.js";
export type { MapPartitionsOptions } from "./map-partitions.js";
export type { ApplyOptions } from "./group-apply.js";
export type { GroupFunction, PartitionFunction, PartitionInfo, PartitionResult } from "./partition-call.js";
export type { ArrowTable } from "./tables.js";
export type { GroupBy } from "./group-by.js";
export type {
  GroupByDynamicOptions,
  JoinOptions,
  Selection,
  UnpivotOptions,
} from "./operations.js";
export type { Paths, ReadCSVOptions, ReadJSONLinesOptions, ReadParquetOptions } from "./read.js";
export type { ReadSQLOptions } from "./sql/read.js";
export type { WriteSQLOptions } from "./sql/write.js";
export type { WriteCSVOptions, WriteIPCOptions, WriteOptions, WriteParquetOptions } from "./write.js";
