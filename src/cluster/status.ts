import type { Surroundings } from "../env/surroundings.js";

/** A cluster at one moment. */
export interface ClusterStatus {
  /** How long the scheduler has been running, in seconds. */
  readonly uptime: number;
  /** The workers, in the order in which they came. */
  readonly workers: readonly WorkerStatus[];
  /** Clients that are connected. */
  readonly clients: number;
  /** Tasks of all computations under way, by state. */
  readonly tasks: TaskCounts;
  /** Tasks of computations under way that were not done, those included that nobody has looked at yet. */
  readonly remaining: number;
  /** Tasks that were done since the scheduler started. */
  readonly done: number;
  /** Tasks that failed. */
  readonly failed: number;
  /** What happened last, the newest last. */
  readonly events: readonly ClusterEvent[];
}

/** A worker at one moment. */
export interface WorkerStatus {
  /** Its number, which no other worker of this scheduler gets. */
  readonly id: number;
  readonly name: string;
  /** Where others find it. */
  readonly address: string;
  /** Tasks at the same time. */
  readonly threads: number;
  /** Bytes that its blocks may take. */
  readonly memoryLimit: number;
  /** Process number. */
  readonly pid: number;
  /** What functions find around them there; absent where no functions are called. */
  readonly surroundings?: Surroundings | undefined;
  /** Bytes of its blocks. */
  readonly blocks: number;
  /** Of these, bytes that lie on disk. */
  readonly spilled: number;
  /** Bytes of memory that its process has. */
  readonly resident: number;
  /** What its process used of one core lately, in percent. */
  readonly cpu: number;
  /** Tasks that it was handed and has not done. */
  readonly processing: number;
  /** Tasks that it has done. */
  readonly done: number;
  /** Seconds since it was heard of. */
  readonly lastSeen: number;
}

/** Tasks by state. */
export interface TaskCounts {
  /** Some input is missing. */
  readonly waiting: number;
  /** Ready, and no worker has room. */
  readonly queued: number;
  /** With a worker. */
  readonly processing: number;
  /** Blocks that workers hold. */
  readonly memory: number;
}

/** Something that happened. */
export interface ClusterEvent {
  /** Seconds after the scheduler's start. */
  readonly at: number;
  readonly text: string;
}

/** What the core tells, in its own names. */
interface WireStatus extends Omit<ClusterStatus, "workers" | "remaining"> {
  readonly workers: readonly WireWorker[];
  readonly runs: readonly { readonly layers: readonly WireLayer[] }[];
}

interface WireLayer {
  readonly done: number;
  readonly total: number;
}

interface WireWorker
  extends Omit<WorkerStatus, "memoryLimit" | "lastSeen" | "surroundings" | keyof WireBeat> {
  readonly memory_limit: number;
  readonly last_seen: number;
  readonly beat: WireBeat;
  readonly surroundings: WireSurroundings | null;
}

/** Absent is null. */
type WireSurroundings = { readonly [K in keyof Surroundings]: Surroundings[K] | null };

type WireBeat = Pick<WorkerStatus, "blocks" | "spilled" | "resident" | "cpu">;

/** Reads a status that the core wrote as JSON. */
export function readStatus(json: string): ClusterStatus {
  const { workers, runs, ...rest } = JSON.parse(json) as WireStatus;
  const { uptime, clients, tasks, done, failed, events } = rest;
  const remaining = runs.flatMap(({ layers }) => layers).reduce((sum, layer) => sum + left(layer), 0);
  return { uptime, workers: workers.map(readWorker), clients, tasks, remaining, done, failed, events };
}

/** Blocks that were made again count among those that are done. */
function left({ done, total }: WireLayer): number {
  return Math.max(0, total - done);
}

function readWorker({
  id,
  name,
  address,
  threads,
  memory_limit,
  pid,
  surroundings,
  beat,
  processing,
  done,
  last_seen,
}: WireWorker): WorkerStatus {
  const { blocks, spilled, resident, cpu } = beat;
  return {
    id,
    name,
    address,
    threads,
    memoryLimit: memory_limit,
    pid,
    ...(surroundings === null ? {} : { surroundings: readSurroundings(surroundings) }),
    blocks,
    spilled,
    resident,
    cpu,
    processing,
    done,
    lastSeen: last_seen,
  };
}

function readSurroundings({ node, environment, lock }: WireSurroundings): Surroundings {
  return { node: node ?? "", environment: environment ?? undefined, lock: lock ?? undefined };
}
