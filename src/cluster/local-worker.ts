import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { workerExecArgv } from "../executors/exec-argv.js";
import { loadNative } from "../native/load.js";
import { RESTART } from "./host.js";
import { ProcessWatch } from "./process-watch.js";
import { runWorker } from "./worker.js";
import { WorkerExecutors } from "./worker-executors.js";
import {
  frugalArguments,
  frugalEnvironment,
  WORKER_VARIABLE,
  type WorkerSettings,
} from "./worker-settings.js";

/** A worker that ends so soon, in milliseconds, was not killed: something is wrong with it. */
const TOO_SOON = 2000;
/** So many such ends one after the other, and it is not started again. */
const MOST_FAILED_STARTS = 5;
/** Milliseconds between two looks at the memory of workers. */
const LOOK = 500;

/** A worker on this machine. */
export interface LocalWorker {
  /** Of a process of its own. */
  readonly pid: number | undefined;
  /** Has it hand over what it has and leave, and waits for so many milliseconds at most; then it is killed if it can be. */
  stop(grace: number): Promise<void>;
}

/** A worker process, and those that take its place. */
export class ProcessWorker implements LocalWorker {
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

  async stop(grace: number): Promise<void> {
    this.#isWanted = false;
    clearInterval(this.#looking);
    const { child } = this.#watch;
    if (child.pid === undefined) return;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), grace);
      await ended;
      clearTimeout(timer);
    }
    await this.#watch.drained();
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
    const options = [...workerExecArgv(), ...frugalArguments(settings.processMemory)];
    return spawn(process.execPath, [...options, program], {
      env: {
        ...frugalEnvironment(settings.processMemory, settings.threads),
        ...process.env,
        [WORKER_VARIABLE]: JSON.stringify(settings),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Tells the scheduler how a process ended that nobody wanted to end. */
  async #tellEnd(watch: ProcessWatch): Promise<void> {
    const { scheduler, key } = this.#settings;
    await loadNative().workerEnded(scheduler, key, watch.number, await watch.end());
  }
}

/** A worker whose executors are threads of this process. */
export class ThreadWorker implements LocalWorker {
  readonly pid = undefined;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  /** @param onLeft - called when it has ended, whatever ended it. */
  constructor(settings: WorkerSettings, onLeft: () => void) {
    this.#ended = this.#run(settings).finally(onLeft);
  }

  async stop(grace: number): Promise<void> {
    this.#stop.abort();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, grace);
    });
    await Promise.race([this.#ended, late]);
    clearTimeout(timer);
  }

  async #run(settings: WorkerSettings): Promise<void> {
    const say = (error: unknown): void => {
      const text = error instanceof Error ? error.message : String(error);
      process.stderr.write(`${settings.name}: ${text}\n`);
    };
    const executors = WorkerExecutors.ofItsOwn(loadNative(), settings.threads, (error) => {
      say(error);
      this.#stop.abort();
    });
    try {
      await runWorker(settings, executors, this.#stop.signal);
    } catch (error) {
      say(error);
    } finally {
      executors.close();
    }
  }
}
