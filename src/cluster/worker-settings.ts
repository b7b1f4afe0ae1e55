/** The variable of the environment that tells a worker process what it is. */
export const WORKER_VARIABLE = "BRAMBLE_WORKER_SETTINGS";

/** What a worker process is told. */
export interface WorkerSettings {
  /** Where the scheduler is. */
  readonly scheduler: string;
  /** Where others find the worker. */
  readonly listen: string;
  /** The cluster's key; none for a cluster that lets everybody in. */
  readonly key?: string | undefined;
  /** For people. */
  readonly name: string;
  /** Tasks at the same time; 0 for all cores. */
  readonly threads: number;
  /** Bytes that its blocks may take. */
  readonly memoryLimit: number;
  /** Where blocks go for which memory has no room. */
  readonly spillFolder: string;
  /** Bytes that they may take there; no limit if absent. */
  readonly maxSpill?: number | undefined;
  /** How much it has of things that tasks may ask for. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** Seconds that it looks for a scheduler; for ever if absent. */
  readonly patience?: number | undefined;
  /** By which the scheduler knows the process that the worker is, for whoever watches it. */
  readonly watch?: number | undefined;
}
