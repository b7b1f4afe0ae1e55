export {
  array,
  type ArrayLike,
  type ArraySource,
  type AxesOptions,
  type AxisChunks,
  type AxisOptions,
  type Blocks,
  type Chunks,
  type ChunksOptions,
  type Computed,
  type ComputeOptions,
  type CreateOptions,
  type DiagonalOptions,
  type ExplainOptions,
  type FromArrayOptions,
  type Index,
  type LazyArray,
  type LikeOptions,
  type LinspaceOptions,
  type MatrixOptions,
  type MeshgridOptions,
  NDArray,
  type NDArrayOptions,
  type NestedArray,
  type Operand,
  type PadMode,
  type PadOptions,
  type PerSide,
  type Rank,
  type ReduceOptions,
  type ReshapeOptions,
  type Rot90Options,
  type Shape,
  slice,
  type Slice,
} from "./array/index.js";
export {
  config,
  type SettingName,
  type Settings,
  type SettingsPart,
  type SetSettings,
} from "./config/index.js";
export type { DataOf, DType, ItemOf, ScalarValue, TypedArray } from "./dtype/index.js";
export type { ProgressEvent, Scheduler } from "./engine/engine.js";
export type { EngineName } from "./engine/select.js";
export { BrambleError, type ErrorCode } from "./errors.js";
export { task, type TaskOptions } from "./functions/index.js";
