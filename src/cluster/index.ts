export type { Actor, ActorClass, ActorControls } from "./actors/actor.js";
export { type AdaptOptions, Adaptive } from "./adaptive.js";
export { Client } from "./client.js";
export type { ConnectOptions, RunOptions, WaitOptions } from "./client-options.js";
export type { Dataset } from "./datasets.js";
export type { InstallEnvironmentOptions, InstallProgress } from "./environments.js";
export { Future, type ResultOptions } from "./futures/future.js";
export type { Gathered } from "./futures/gather.js";
export type { FutureStatus } from "./futures/state.js";
export type { MappedArguments, Submitted, SubmittedArguments } from "./futures/arguments.js";
export type { Scattered, ScatterOptions } from "./futures/scatter.js";
export type { SubmitOptions } from "./futures/submit.js";
export {
  AsCompleted,
  asCompleted,
  fireAndForget,
  wait,
  type Waited,
  type WaitForOptions,
} from "./futures/wait.js";
export type { ClusterDump, ClusterVersions, SchedulerInfo, WorkerInfo } from "./info.js";
export type { Versions } from "./inside.js";
export { LocalCluster, type LocalClusterOptions } from "./local-cluster.js";
export * from "./meeting/index.js";
export type { WorkerName } from "./placement.js";
export type { PluginScheduler, PluginWorker, SchedulerPlugin, WorkerPlugin } from "./plugins.js";
export { SSHCluster, type SSHClusterOptions } from "./ssh-cluster.js";
export type { StoryTurn } from "./requests.js";
export type { StoryStep } from "./story.js";
export type { StreamedTask, TaskStream } from "./task-stream.js";
export { uploaded } from "./uploads.js";
export { getClient, workerClient } from "./worker-client.js";
export type { ClusterEvent, ClusterStatus, TaskCounts, WorkerStatus } from "./status.js";
