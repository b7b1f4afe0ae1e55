import { checkInteger, checkOptions } from "../check.js";
import { childUsage } from "./child-usage.js";
import type { Callbacks } from "./callbacks.js";

/** How resources are measured. */
export interface ResourceProfilerOptions {
  /** Milliseconds between two measurements. Default: 100. */
  readonly interval?: number | undefined;
}

/** What this process and its worker processes took at a moment. */
export interface ResourceSample {
  /** In milliseconds since 1970. */
  readonly time: number;
  /** Processor time since the sample before, in percent of one core. */
  readonly cpu: number;
  /** Resident memory in bytes. */
  readonly rss: number;
  /** What the objects of JavaScript take of it in this thread, in bytes. */
  readonly heap: number;
}

/**
 * Measures processor time and memory while computations that it watches are under way: of this process, and on Linux
 * of the processes that it has started. While a function keeps this thread busy (`sync`), nothing is measured.
 */
export class ResourceProfiler implements Callbacks {
  readonly #interval: number;
  #samples: ResourceSample[] = [];
  #running = 0;
  #timer: NodeJS.Timeout | undefined;
  #last = { time: 0, cpu: 0 };

  constructor(options: ResourceProfilerOptions = {}) {
    checkOptions(options, "options", ["interval"]);
    this.#interval = checkInteger(options.interval ?? 100, "options.interval", 1, 2 ** 31 - 1);
  }

  /** What was measured. */
  get samples(): readonly ResourceSample[] {
    return this.#samples;
  }

  start(): void {
    this.#running += 1;
    if (this.#running > 1) return;
    this.#last = { time: Date.now(), cpu: measure().cpu };
    this.#timer = setInterval(() => this.#sample(), this.#interval).unref();
  }

  finish(): void {
    this.#running -= 1;
    if (this.#running > 0) return;
    clearInterval(this.#timer);
    this.#sample();
  }

  /** Forgets what was measured. */
  clear(): void {
    this.#samples = [];
  }

  #sample(): void {
    const { cpu, rss, heap } = measure();
    const time = Date.now();
    const { time: before, cpu: used } = this.#last;
    this.#last = { time, cpu };
    // A worker process that ended takes its share with it.
    const share = Math.max(0, cpu - used) / Math.max(1, time - before);
    this.#samples.push({ time, cpu: 100 * share, rss, heap });
  }
}

/** Processor time so far in milliseconds, and memory in bytes. */
function measure(): { readonly cpu: number; readonly rss: number; readonly heap: number } {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const children = childUsage();
  return { cpu: (user + system) / 1e3 + children.cpu, rss: rss + children.rss, heap: heapUsed };
}
