import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { checkResources } from "../annotate.js";
import { checkInteger, checkOptions } from "../check.js";
import { checkBytes, checkPath, config } from "../config/index.js";
import { workerExecArgv } from "../executors/exec-argv.js";
import type { NativeScheduler } from "../native/binding.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { type Adaptable, type AdaptOptions, Adaptive } from "./adaptive.js";
import { RESTART } from "./host.js";
import { ProcessWatch } from "./process-watch.js";
import { type ClusterStatus, readStatus } from "./status.js";
import { WORKER_VARIABLE, type WorkerSettings } from "./worker-settings.js";

/** How large a cluster on this machine is. */
export interface LocalClusterOptions {
  /** Worker processes. Default: one for each core. */
  readonly workers?: number | undefined;
  /** Tasks of each at the same time. Default: 1. */
  readonly threadsPerWorker?: number | undefined;
  /**
   * Memory that the blocks of each worker may take; beyond it they go to disk. Default: a fair share of
   * `config.get("memory.limit")`.
   */
  readonly memoryLimit?: number | string | undefined;
  /** Folder for blocks that memory has no room for. Default: `config.get("memory.spillFolder")`. */
  readonly localDirectory?: string | undefined;
  /** How much each worker has of things that tasks may ask for with `annotate`: `{ GPU: 1 }`. Default: nothing. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
}

const OPTIONS = ["workers", "threadsPerWorker", "memoryLimit", "localDirectory", "resources"] as const;

/** A worker that ends so soon, in milliseconds, was not killed: something is wrong with it. */
const TOO_SOON = 2000;
/** So many such ends one after the other, and it is not started again. */
const MOST_FAILED_STARTS = 5;
/** Milliseconds between two looks at the memory of workers. */
const LOOK = 500;
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
  readonly #threads: number;
  readonly #memoryLimit: number;
  readonly #spillFolder: string;
  readonly #resources: Readonly<Record<string, number>>;
  readonly #workers = new Set<LocalWorker>();
  /** Those that hand over what they have. */
  readonly #leaving = new Set<LocalWorker>();
  #adaptive: Adaptive | undefined;
  #started = 0;

  private constructor(
    threads: number,
    memoryLimit: number,
    spillFolder: string,
    resources: Readonly<Record<string, number>>,
  ) {
    const binding = loadNative();
    this.key = withOwnErrors(() => binding.randomKey());
    this.#scheduler = withOwnErrors(
      () => new binding.ClusterScheduler({ listen: ["tcp://127.0.0.1:0"], key: this.key }),
    );
    this.address = this.#scheduler.addresses()[0] ?? "";
    this.#threads = threads;
    this.#memoryLimit = memoryLimit;
    this.#spillFolder = spillFolder;
    this.#resources = resources;
  }

  /** Starts one. Workers come within a second or so; computations wait for the first. */
  static async start(options: LocalClusterOptions = {}): Promise<LocalCluster> {
    checkOptions(options, "options", OPTIONS);
    const { workers = availableParallelism(), threadsPerWorker = 1 } = options;
    checkInteger(workers, "options.workers", 0, 1024);
    checkInteger(threadsPerWorker, "options.threadsPerWorker", 1, 1024);
    const share = Math.floor(checkBytes(config.get("memory.limit"), "memory.limit") / Math.max(1, workers));
    const memoryLimit = checkBytes(options.memoryLimit ?? share, "options.memoryLimit");
    const spillFolder = checkPath(
      options.localDirectory ?? config.get("memory.spillFolder"),
      "options.localDirectory",
    );
    const resources = checkResources(options.resources ?? {}, "options.resources");
    const cluster = new LocalCluster(threadsPerWorker, memoryLimit, spillFolder, resources);
    cluster.scale(workers);
    return cluster;
  }

  /** Process numbers of the workers that run. */
  get pids(): number[] {
    return [...this.#workers].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Starts workers until there are so many, or ends the latest. */
  scale(workers: number): void {
    checkInteger(workers, "workers", 0, 1024);
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
    const adaptable: Adaptable = {
      status: () => this.status(),
      get size() {
        return workers.size;
      },
      resize: (count) => this.#resize(count, FAREWELL),
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
    const settings: WorkerSettings = {
      scheduler: this.address,
      listen: "tcp://127.0.0.1:0",
      key: this.key,
      name: `local-${this.#started}`,
      threads: this.#threads,
      memoryLimit: this.#memoryLimit,
      spillFolder: this.#spillFolder,
      resources: this.#resources,
    };
    const worker = new LocalWorker(settings, () => this.#workers.delete(worker));
    this.#workers.add(worker);
  }
}

/** A worker process, and those that take its place. */
class LocalWorker {
  readonly #settings: WorkerSettings;
  readonly #onLeft: () => void;
  readonly #looking: NodeJS.Timeout;
  #watch: ProcessWatch;
  #failedStarts = 0;
  #isWanted = true;

  /** @param onLeft - called when the scheduler has told it to leave. */
  constructor(settings: WorkerSettings, onLeft: () => void) {
    this.#settings = settings;
    this.#onLeft = onLeft;
    this.#watch = this.#spawn();
    this.#looking = setInterval(() => this.#watch.look(), LOOK).unref();
  }

  get pid(): number | undefined {
    return this.#watch.child.pid;
  }

  /** @param grace - milliseconds after which it is killed. */
  async stop(grace: number): Promise<void> {
    this.#isWanted = false;
    clearInterval(this.#looking);
    const { child } = this.#watch;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), grace);
    await ended;
    clearTimeout(timer);
  }

  #spawn(): ProcessWatch {
    const started = performance.now();
    const watch = new ProcessWatch((number) => this.#start(number));
    const { child } = watch;
    const onEnd = (code: unknown): void => {
      if (code === 0 && this.#isWanted) {
        this.#isWanted = false;
        this.#onLeft();
      }
      const hasFailed = code !== RESTART && performance.now() - started < TOO_SOON;
      this.#failedStarts = hasFailed ? this.#failedStarts + 1 : 0;
      if (!this.#isWanted) return;
      if (code !== RESTART) void this.#tellEnd(watch);
      if (this.#failedStarts < MOST_FAILED_STARTS) this.#watch = this.#spawn();
    };
    child.once("error", onEnd);
    child.once("exit", onEnd);
    // It ends with this process, and does not keep it alive.
    child.unref();
    for (const pipe of [child.stdout, child.stderr]) (pipe as Socket | null)?.unref();
    return watch;
  }

  #start(watch: number): ChildProcess {
    const program = fileURLToPath(new URL("./worker-main.js", import.meta.url));
    const settings: WorkerSettings = { ...this.#settings, watch };
    return spawn(process.execPath, [...workerExecArgv(), program], {
      env: { ...process.env, [WORKER_VARIABLE]: JSON.stringify(settings) },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Tells the scheduler how a process ended that nobody wanted to end. */
  async #tellEnd(watch: ProcessWatch): Promise<void> {
    const { scheduler, key } = this.#settings;
    await loadNative().workerEnded(scheduler, key, watch.number, await watch.end());
  }
}
