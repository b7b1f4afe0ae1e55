import type { FutureState, FutureStatus } from "./futures/state.js";
import { type Versions, versionsHere } from "./inside.js";
import { locate } from "./placement.js";
import type { ClusterEvent, ClusterStatus, TaskCounts, WorkerStatus } from "./status.js";
import { callWorkers } from "./worker-calls.js";

/** The scheduler of a cluster and its workers, by their addresses. */
export interface SchedulerInfo {
  readonly type: "Scheduler";
  readonly address: string;
  /** Seconds since it was started. */
  readonly uptime: number;
  readonly workers: Readonly<Record<string, WorkerInfo>>;
}

/** A worker as `client.schedulerInfo()` describes it. */
export interface WorkerInfo {
  readonly type: "Worker";
  readonly id: number;
  readonly name: string;
  readonly host: string;
  /** Tasks at the same time. */
  readonly nthreads: number;
  /** Bytes that its blocks may take. */
  readonly memoryLimit: number;
  readonly pid: number;
  /** Seconds since it was heard of. */
  readonly lastSeen: number;
  /** What it measured last. */
  readonly metrics: {
    /** Percent of one core. */
    readonly cpu: number;
    /** Bytes of memory that its process has. */
    readonly memory: number;
    /** Bytes of its blocks, and how many of these lie on disk. */
    readonly managedBytes: number;
    readonly spilledBytes: number;
    /** Tasks that it was handed and has not done. */
    readonly processing: number;
    readonly done: number;
  };
}

/** What members of a cluster are built of. */
export interface ClusterVersions {
  readonly client: Versions;
  /** By address; of workers that call no functions, why they don't say. */
  readonly workers: Readonly<Record<string, Versions | { readonly error: string }>>;
}

/** All that is known of a cluster, for a report of something that went wrong. */
export interface ClusterDump {
  readonly versions: ClusterVersions;
  readonly scheduler: SchedulerInfo;
  readonly tasks: TaskCounts;
  readonly events: readonly ClusterEvent[];
  /** The calls of this client. */
  readonly futures: Readonly<
    Record<
      string,
      { readonly status: FutureStatus; readonly bytes: number; readonly whoHas: readonly string[] }
    >
  >;
}

export function schedulerInfo(address: string, { uptime, workers }: ClusterStatus): SchedulerInfo {
  const entries = workers.map((worker) => [worker.address, workerInfo(worker)] as const);
  return { type: "Scheduler", address, uptime, workers: Object.fromEntries(entries) };
}

function workerInfo(worker: WorkerStatus): WorkerInfo {
  const { id, name, address, threads, memoryLimit, pid, lastSeen } = worker;
  const { cpu, resident, blocks, spilled, processing, done } = worker;
  return {
    type: "Worker",
    id,
    name,
    host: new URL(address).hostname,
    nthreads: threads,
    memoryLimit,
    pid,
    lastSeen,
    metrics: { cpu, memory: resident, managedBytes: blocks, spilledBytes: spilled, processing, done },
  };
}

/** By key, the addresses of the workers that have a result. */
export async function whoHas(
  client: number,
  states: Iterable<FutureState>,
  workers: readonly WorkerStatus[],
): Promise<Record<string, string[]>> {
  const placed = await locate(client, states);
  const entries = placed.map(
    ({ state, located }) => [state.key, addressesOf(located.holders, workers)] as const,
  );
  return Object.fromEntries(entries);
}

/** By address, the keys of the results that a worker has, or of the calls that it was handed. */
export async function keysByWorker(
  client: number,
  states: Iterable<FutureState>,
  workers: readonly WorkerStatus[],
  which: "held" | "running",
): Promise<Record<string, string[]>> {
  const keys: Record<string, string[]> = {};
  for (const { address } of workers) keys[address] = [];
  for (const { state, located } of await locate(client, states)) {
    const { holders, running } = located;
    const ids = which === "held" ? holders : running === null ? [] : [running];
    for (const address of addressesOf(ids, workers)) keys[address]?.push(state.key);
  }
  return keys;
}

/** Bytes of results by their keys, or summed up by what keys begin with. */
export async function bytesOfResults(
  client: number,
  states: Iterable<FutureState>,
  summary: boolean,
): Promise<Record<string, number>> {
  const bytes: Record<string, number> = {};
  for (const { state, located } of await locate(client, states)) {
    const { key } = state;
    // Keys end in a dash and what makes them unique.
    const name = summary ? key.replace(/-[^-]*$/, "") : key;
    bytes[name] = (bytes[name] ?? 0) + located.bytes;
  }
  return bytes;
}

export async function clusterVersions(client: number): Promise<ClusterVersions> {
  const outcomes = await callWorkers(client, undefined, { fn: versionsHere as never, args: [] });
  const workers = outcomes.map(([{ address }, outcome]) => {
    if ("value" in outcome) return [address, outcome.value as Versions] as const;
    const { error } = outcome;
    return [address, { error: error instanceof Error ? error.message : String(error) }] as const;
  });
  return { client: versionsHere(), workers: Object.fromEntries(workers) };
}

export async function dumpCluster(
  client: number,
  address: string,
  states: readonly FutureState[],
  status: ClusterStatus,
): Promise<ClusterDump> {
  const [versions, placed] = await Promise.all([clusterVersions(client), locate(client, states)]);
  const located = new Map(placed.map(({ state, located: where }) => [state, where]));
  const futures = states.map((state) => {
    const { bytes = 0, holders = [] } = located.get(state) ?? {};
    const whoHasIt = addressesOf(holders, status.workers);
    return [state.key, { status: state.status, bytes, whoHas: whoHasIt }] as const;
  });
  return {
    versions,
    scheduler: schedulerInfo(address, status),
    tasks: status.tasks,
    events: status.events,
    futures: Object.fromEntries(futures),
  };
}

function addressesOf(ids: readonly number[], workers: readonly WorkerStatus[]): string[] {
  return ids.flatMap((id) => workers.find((worker) => worker.id === id)?.address ?? []);
}
