import { checkInteger, checkOptions } from "../check.js";
import type { ProgressEvent } from "../engine/engine.js";
import type { Callbacks, ComputeEnd, ComputeInfo } from "./callbacks.js";

/** What progress can be written to. */
interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Letters of a line of the terminal. */
  readonly columns?: number | undefined;
}

/** How progress is shown. */
export interface ProgressBarOptions {
  /** Where to; a terminal gets a bar, anything else a line now and then. Default: the standard error stream. */
  readonly stream?: ProgressStream | undefined;
  /** Shows nothing of computations that take fewer milliseconds. Default: 0. */
  readonly minimum?: number | undefined;
}

/** Letters of the bar. */
const WIDTH = 40;
/** A shorter bar says nothing. */
const LEAST_WIDTH = 10;
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
  readonly #stream: ProgressStream;
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
    const text = `${done} of ${total} blocks, ${words}`;
    const share = done / Math.max(1, total);
    this.#stream.write(this.#stream.isTTY === true ? `\r\u001b[K${this.#line(share, text)}` : `${text}\n`);
    this.#drawn = now;
  }

  /** A bar and a text in one line of the terminal: two could not be drawn over. */
  #line(share: number, text: string): string {
    const { columns = 0 } = this.#stream;
    // A terminal that nobody looks at may have no columns.
    const room = columns > 0 ? columns - 1 : Number.POSITIVE_INFINITY;
    const width = Math.min(WIDTH, room - text.length - "[] ".length);
    if (width < LEAST_WIDTH) return text.slice(0, room);
    const filled = Math.round(width * share);
    return `[${"#".repeat(filled)}${".".repeat(width - filled)}] ${text}`;
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
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
