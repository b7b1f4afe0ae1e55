import { checkInteger, checkOptions, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import type { ClusterStatus } from "./status.js";

/** Between which numbers of workers a cluster adapts, and how soon. */
export interface AdaptOptions {
  /** Fewest workers. Default: 0. */
  readonly minimum?: number | undefined;
  /** Most workers. Default: one for each core. */
  readonly maximum?: number | undefined;
  /** Seconds between two looks. Default: 1. */
  readonly interval?: number | undefined;
  /** Looks in a row that must want fewer workers before any leaves. Default: 3. */
  readonly waitCount?: number | undefined;
}

/** What adapts. */
export interface Adaptable {
  status(): Promise<ClusterStatus>;
  /** How many workers are wanted now. */
  readonly size: number;
  /** Starts workers until there are so many, or has the latest leave once others have what they have. */
  resize(workers: number): void;
}

/** Keeps as many workers as there is work for, until it is stopped. */
export class Adaptive {
  readonly #cluster: Adaptable;
  readonly #minimum: number;
  readonly #maximum: number;
  readonly #waitCount: number;
  readonly #timer: NodeJS.Timeout;
  #fewer = 0;
  #isLooking = false;

  /** @internal */
  constructor(cluster: Adaptable, cores: number, options: AdaptOptions) {
    checkOptions(options, "options", ["minimum", "maximum", "interval", "waitCount"]);
    const { minimum = 0, maximum = Math.max(minimum, cores), interval = 1, waitCount = 3 } = options;
    checkInteger(minimum, "options.minimum", 0, 1024);
    checkInteger(maximum, "options.maximum", 1, 1024);
    checkInteger(waitCount, "options.waitCount", 1, 1_000_000);
    if (typeof interval !== "number" || !(interval > 0 && interval < 1e6))
      throw invalid("a number of seconds", "options.interval", interval);
    if (minimum > maximum)
      throw new BrambleError("INVALID_ARGUMENT", `minimum ${minimum} is more than maximum ${maximum}`);
    [this.#cluster, this.#minimum, this.#maximum, this.#waitCount] = [cluster, minimum, maximum, waitCount];
    this.#timer = setInterval(() => void this.#look(), 1000 * interval);
    this.#timer.unref();
    void this.#look();
  }

  /** Leaves the cluster as it is from now on. */
  stop(): void {
    clearInterval(this.#timer);
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      this.#adapt(await this.#cluster.status());
    } catch {
      // The scheduler was closed.
      this.stop();
    } finally {
      this.#isLooking = false;
    }
  }

  #adapt(status: ClusterStatus): void {
    const wanted = Math.min(this.#maximum, Math.max(this.#minimum, workersFor(status)));
    const { size } = this.#cluster;
    this.#fewer = wanted < size ? this.#fewer + 1 : 0;
    if (wanted > size || this.#fewer >= this.#waitCount) {
      this.#fewer = 0;
      this.#cluster.resize(wanted);
    }
  }
}

/**
 * For how many workers there is work: as many as have a task for each thread, and room for all blocks. The scheduler
 * looks at tasks only when there is room for them, so while all are busy whatever remains may be had at once.
 */
export function workersFor({ workers, tasks, remaining }: ClusterStatus): number {
  const [first] = workers;
  // What was made must lie somewhere, also before its worker has said how large it is; what was lost is made again.
  const least = Math.min(1, remaining + tasks.waiting + tasks.queued + tasks.memory);
  if (first === undefined) return least;
  const isFull = workers.every(({ processing, threads }) => processing >= threads);
  const waiting = isFull ? remaining : tasks.queued;
  const busy = Math.ceil(Math.min(remaining, tasks.processing + waiting) / Math.max(1, first.threads));
  const bytes = workers.reduce((sum, { blocks, spilled }) => sum + blocks - spilled, 0);
  const full = Math.ceil(bytes / Math.max(1, first.memoryLimit * ROOM));
  return Math.max(least, busy, full);
}

/** Of their limit, the share that blocks of workers should take. */
const ROOM = 0.6;
