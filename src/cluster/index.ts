export { Client, type ConnectOptions, type WaitOptions } from "./client.js";
export { LocalCluster, type LocalClusterOptions } from "./local-cluster.js";
export type { ClusterEvent, ClusterStatus, TaskCounts, WorkerStatus } from "./status.js";
