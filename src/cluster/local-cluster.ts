import { availableParallelism } from "node:os";
import { checkResources } from "../annotate.js";
import { checkBoolean, checkInteger, checkOptions } from "../check.js";
import { checkBytes, checkPath, config } from "../config/index.js";
import type { NativeScheduler } from "../native/binding.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { type Adaptable, type AdaptOptions, Adaptive } from "./adaptive.js";
import { MOST_FAILURES } from "./failures.js";
import { type ClusterStatus, readStatus } from "./status.js";
import { type LocalWorker, ProcessWorker, ThreadWorker } from "./local-worker.js";
import { workerCalls } from "./worker-calls.js";
import { blocksOf, type WorkerSettings } from "./worker-settings.js";

/** How large a cluster on this machine is. */
export interface LocalClusterOptions {
  /**
   * Whether workers are processes of their own. Else there is one, in this process, whose tasks run in threads: quick to
   * start, for tests, and it goes down with what a task does to its process. Close such a cluster; it keeps the process
   * alive. Default: true.
   */
  readonly processes?: boolean | undefined;
  /** Worker processes. Default: one for each core. */
  readonly workers?: number | undefined;
  /** Tasks of each at the same time. Default: 1; without processes one for each core. */
  readonly threadsPerWorker?: number | undefined;
  /**
   * Memory that each worker process may take with all that is in it, of which Node and this library alone take some 150
   * MB; without processes, the blocks alone. Blocks that have no room go to disk. Default: a fair share of
   * `config.get("memory.limit")`.
   */
  readonly memoryLimit?: number | string | undefined;
  /** Folder for blocks that memory has no room for. Default: `config.get("memory.spillFolder")`. */
  readonly localDirectory?: string | undefined;
  /** Bytes that each worker's blocks may take there; what has no room stays in memory. Default: no limit. */
  readonly maxSpill?: number | string | undefined;
  /** How much each worker has of things that tasks may ask for with `annotate`: `{ GPU: 1 }`. Default: nothing. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** A task fails with `WORKER_LOST` when more workers than this have died while they ran it. Default: 2. */
  readonly allowedFailures?: number | undefined;
}

const OPTIONS = [
  "processes",
  "workers",
  "threadsPerWorker",
  "memoryLimit",
  "localDirectory",
  "maxSpill",
  "resources",
  "allowedFailures",
] as const;

/** What all workers of a cluster have in common. */
interface WorkerKind
  extends Pick<
    WorkerSettings,
    "threads" | "memoryLimit" | "processMemory" | "spillFolder" | "maxSpill" | "resources"
  > {
  readonly processes: boolean;
}

/** Milliseconds that workers have to come to an end. */
const GRACE = 5000;
/** Milliseconds that one has to hand over what it has: a little more than it takes itself. */
const FAREWELL = 70_000;

/**
 * A scheduler in this process and workers in processes of their own, all on this machine. A worker that dies is
 * started again. They end with this process, whatever ends it.
 *
 * @example
 * await using cluster = await LocalCluster.start({ workers: 2 });
 * await using client = await Client.connect(cluster);
 */
export class LocalCluster {
  /** Where the scheduler listens. */
  readonly address: string;
  /** What members of this cluster prove to each other. */
  readonly key: string;
  readonly #scheduler: NativeScheduler;
  readonly #kind: WorkerKind;
  readonly #workers = new Set<LocalWorker>();
  /** Those that hand over what they have. */
  readonly #leaving = new Set<LocalWorker>();
  #adaptive: Adaptive | undefined;
  #started = 0;

  private constructor(kind: WorkerKind, allowedFailures: number | undefined) {
    const binding = loadNative();
    this.key = withOwnErrors(() => binding.randomKey());
    this.#scheduler = withOwnErrors(
      () =>
        new binding.ClusterScheduler(
          { listen: ["tcp://127.0.0.1:0"], key: this.key, allowedFailures },
          workerCalls(binding),
        ),
    );
    this.address = this.#scheduler.addresses()[0] ?? "";
    this.#kind = kind;
  }

  /** Starts one. Workers come within a second or so; computations wait for the first. */
  static async start(options: LocalClusterOptions = {}): Promise<LocalCluster> {
    checkOptions(options, "options", OPTIONS);
    const { processes = true } = options;
    checkBoolean(processes, "options.processes");
    const [most, cores] = [processes ? 1024 : 1, availableParallelism()];
    const { workers = processes ? cores : 1, threadsPerWorker = processes ? 1 : cores } = options;
    checkInteger(workers, "options.workers", 0, most);
    checkInteger(threadsPerWorker, "options.threadsPerWorker", 1, 1024);
    const share = Math.floor(checkBytes(config.get("memory.limit"), "memory.limit") / Math.max(1, workers));
    const memory = checkBytes(options.memoryLimit ?? share, "options.memoryLimit");
    const { localDirectory = config.get("memory.spillFolder"), maxSpill, allowedFailures } = options;
    if (allowedFailures !== undefined)
      checkInteger(allowedFailures, "options.allowedFailures", 0, MOST_FAILURES);
    const kind = {
      processes,
      threads: threadsPerWorker,
      memoryLimit: processes ? blocksOf(memory) : memory,
      processMemory: processes ? memory : undefined,
      spillFolder: checkPath(localDirectory, "options.localDirectory"),
      maxSpill: maxSpill === undefined ? undefined : checkBytes(maxSpill, "options.maxSpill"),
      resources: checkResources(options.resources ?? {}, "options.resources"),
    };
    const cluster = new LocalCluster(kind, allowedFailures);
    cluster.scale(workers);
    return cluster;
  }

  /** Process numbers of the workers that run. */
  get pids(): number[] {
    return [...this.#workers].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Starts workers until there are so many, or ends the latest. */
  scale(workers: number): void {
    checkInteger(workers, "workers", 0, this.#kind.processes ? 1024 : 1);
    this.#adaptive?.stop();
    this.#resize(workers, GRACE);
  }

  /**
   * From now on has as many workers as there is work for. They come at once, and leave, when others have what they
   * have, after there was less to do for a while. `scale` ends this.
   *
   * @example
   * cluster.adapt({ minimum: 1, maximum: 4 });
   */
  adapt(options: AdaptOptions = {}): Adaptive {
    this.#adaptive?.stop();
    const workers = this.#workers;
    const { processes } = this.#kind;
    const adaptable: Adaptable = {
      status: () => this.status(),
      get size() {
        return workers.size;
      },
      resize: (count) => this.#resize(processes ? count : Math.min(count, 1), FAREWELL),
    };
    this.#adaptive = new Adaptive(adaptable, availableParallelism(), options);
    return this.#adaptive;
  }

  /** The cluster as it is now. */
  async status(): Promise<ClusterStatus> {
    return readStatus((await this.#scheduler.status()) ?? "{}");
  }

  /** Ends the workers and the scheduler. */
  async close(): Promise<void> {
    this.#adaptive?.stop();
    const ending = [...this.#workers, ...this.#leaving].map((worker) => worker.stop(GRACE));
    this.#workers.clear();
    await Promise.all(ending);
    this.#scheduler.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #resize(workers: number, grace: number): void {
    while (this.#workers.size < workers) this.#add();
    for (const worker of [...this.#workers].slice(workers)) {
      this.#workers.delete(worker);
      this.#leaving.add(worker);
      void worker.stop(grace).finally(() => this.#leaving.delete(worker));
    }
  }

  #add(): void {
    this.#started += 1;
    const { processes, ...kind } = this.#kind;
    const settings: WorkerSettings = {
      ...kind,
      scheduler: this.address,
      listen: "tcp://127.0.0.1:0",
      key: this.key,
      name: `local-${this.#started}`,
    };
    const Kind = processes ? ProcessWorker : ThreadWorker;
    const worker: LocalWorker = new Kind(settings, () => this.#workers.delete(worker));
    this.#workers.add(worker);
  }
}
