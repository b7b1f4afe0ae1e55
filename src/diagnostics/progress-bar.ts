import { checkInteger, checkOptions } from "../check.js";
import type { ProgressEvent } from "../engine/engine.js";
import type { Callbacks, ComputeEnd, ComputeInfo } from "./callbacks.js";

/** How progress is shown. */
export interface ProgressBarOptions {
  /** Where to; a terminal gets a bar, anything else a line now and then. Default: the standard error stream. */
  readonly stream?: { write(text: string): unknown; readonly isTTY?: boolean | undefined } | undefined;
  /** Shows nothing of computations that take fewer milliseconds. Default: 0. */
  readonly minimum?: number | undefined;
}

/** Letters of the bar. */
const WIDTH = 40;
/** Milliseconds between lines where no bar can be drawn. */
const PLAIN_INTERVAL = 2000;

/**
 * Shows how far the computations are that it watches: blocks that were made, the layer that got on last, and how long
 * it may take yet.
 *
 * @example
 * registerCallbacks(new ProgressBar());
 */
export class ProgressBar implements Callbacks {
  readonly #stream: NonNullable<ProgressBarOptions["stream"]>;
  readonly #minimum: number;
  #layers = new Map<string, ProgressEvent>();
  #start = 0;
  #drawn = 0;
  #latest = "";

  constructor(options: ProgressBarOptions = {}) {
    checkOptions(options, "options", ["stream", "minimum"]);
    this.#stream = options.stream ?? process.stderr;
    this.#minimum = checkInteger(options.minimum ?? 0, "options.minimum", 0);
  }

  start({ start }: ComputeInfo): void {
    this.#layers = new Map();
    this.#start = start;
    this.#drawn = start;
    this.#latest = "";
  }

  progress(events: readonly ProgressEvent[]): void {
    // The levels of a reduction share their name, and each has fewer blocks than the one before.
    for (const event of events) this.#layers.set(`${event.layer} ${event.total}`, event);
    this.#latest = events.at(-1)?.layer ?? this.#latest;
    const now = Date.now();
    if (now - this.#start < this.#minimum) return;
    const isDue = this.#stream.isTTY === true || now - this.#drawn >= PLAIN_INTERVAL;
    if (isDue) this.#draw(now, `${this.#latest}${this.#rest(now)}`);
  }

  finish({ end, ok }: ComputeEnd): void {
    if (end - this.#start < this.#minimum) return;
    this.#draw(end, ok ? `done in ${formatSeconds(end - this.#start)}` : "failed");
    if (this.#stream.isTTY === true) this.#stream.write("\n");
  }

  #draw(now: number, words: string): void {
    const { done, total } = this.#counts();
    const filled = Math.round((WIDTH * done) / Math.max(1, total));
    const bar = `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}]`;
    const text = `${done} of ${total} blocks, ${words}`;
    this.#stream.write(this.#stream.isTTY === true ? `\r\u001b[K${bar} ${text}` : `${text}\n`);
    this.#drawn = now;
  }

  /** How long the rest takes if it goes on like that. */
  #rest(now: number): string {
    const { done, total } = this.#counts();
    if (done === 0 || done === total) return "";
    return `, ${formatSeconds(((now - this.#start) * (total - done)) / done)} left`;
  }

  #counts(): { readonly done: number; readonly total: number } {
    let [done, total] = [0, 0];
    for (const layer of this.#layers.values()) {
      done += layer.done;
      total += layer.total;
    }
    return { done, total };
  }
}

function formatSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
