export {
  type Callbacks,
  type ComputeEnd,
  type ComputeInfo,
  registerCallbacks,
  type RegisteredCallbacks,
  type TaskInfo,
  withCallbacks,
} from "./callbacks.js";
export { Profiler } from "./profiler.js";
export { ProgressBar, type ProgressBarOptions } from "./progress-bar.js";
export { report } from "./report/report.js";
export {
  ResourceProfiler,
  type ResourceProfilerOptions,
  type ResourceSample,
} from "./resource-profiler.js";
export type { DrawingOptions, VisualizeOptions } from "./visualize.js";
