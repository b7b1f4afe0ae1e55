// What `bramble-core` exports: everything but arrays and data frames, which are packages of their own.

export { annotate, type Annotations, type AnnotationScope } from "../annotate.js";
export * from "../bag/index.js";
export * from "../cluster/index.js";
export {
  config,
  type LogLevel,
  type SettingName,
  type Settings,
  type SettingsPart,
  type SetSettings,
} from "../config/index.js";
export * from "../delayed/index.js";
export * from "../diagnostics/index.js";
export type { DataOf, DType, ItemOf, ScalarValue, TypedArray } from "../dtype/index.js";
export { BrambleError, type ErrorCode, type TaskPlace } from "../errors.js";
export type { BlockInfo, ProgressEvent, ResourceLimits, Scheduler } from "../engine/engine.js";
export type { EngineName } from "../engine/select.js";
export { type CurrentTask, currentTask } from "../executors/current-task.js";
export { task, type TaskOptions } from "../functions/index.js";
export { optimize, persist, visualize } from "../together/index.js";
export { array, col, dataframe } from "./not-installed.js";
