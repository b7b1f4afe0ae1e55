/** The variable of the environment that tells a worker process what it is. */
export const WORKER_VARIABLE = "BRAMBLE_WORKER_SETTINGS";

/** Of what a process may take, the most that its blocks may: the rest is for tasks under way and for JavaScript. */
const SHARE_OF_BLOCKS = 0.7;
/** What Node, this library, the code of Polars and a task under way take of a process, however little it may take. */
const OWN = 192 * 2 ** 20;
/** The least share that is left to blocks then. */
const LEAST_OF_BLOCKS = 0.2;

/** Bytes that the blocks of a process may take that may take so many in all. */
export function blocksOf(limit: number): number {
  return Math.floor(Math.min(SHARE_OF_BLOCKS * limit, Math.max(LEAST_OF_BLOCKS * limit, limit - OWN)));
}

/** A process that may take less than this has little memory. */
const LITTLE = 2 ** 30;

/**
 * What the environment of a process says that may take so many bytes, for so many calls at the same time. Of little memory glibc
 * gives back what is free: for each thread it has an area instead, where what was freed stays, and Polars has as many threads
 * as there are cores.
 */
export function frugalEnvironment(
  limit: number | undefined,
  threads: number,
): Readonly<Record<string, string>> {
  if (limit === undefined || limit >= LITTLE) return {};
  return {
    MALLOC_ARENA_MAX: "2",
    MALLOC_MMAP_THRESHOLD_: String(2 ** 17),
    MALLOC_TRIM_THRESHOLD_: String(2 ** 20),
    ...(threads === 0 ? {} : { POLARS_MAX_THREADS: String(threads) }),
  };
}

/**
 * What Node is told of a process that may take so many bytes: V8 would let garbage come to tens of megabytes in each
 * thread before it looks.
 */
export function frugalArguments(limit: number | undefined): readonly string[] {
  return limit === undefined || limit >= LITTLE ? [] : ["--max-semi-space-size=1", "--optimize-for-size"];
}

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
  /** Bytes that its process may take with all that is in it; no limit if absent. */
  readonly processMemory?: number | undefined;
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
