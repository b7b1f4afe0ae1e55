export {
  type ArraySource,
  type AxisChunks,
  array,
  type Chunks,
  type Computed,
  type ComputeOptions,
  type CreateOptions,
  type ExplainOptions,
  type FromArrayOptions,
  type Index,
  type LazyArray,
  NDArray,
  type NDArrayOptions,
  type NestedArray,
  type Operand,
  type Rank,
  type ReduceOptions,
  type Shape,
  type Slice,
  slice,
} from "./array/index.js";
export type { DataOf, DType, ItemOf, ScalarValue, TypedArray } from "./dtype/index.js";
export type { ProgressEvent, Scheduler } from "./engine/engine.js";
export type { EngineName } from "./engine/select.js";
export { BrambleError, type ErrorCode } from "./errors.js";
