import { checkOneOf, checkOptions, invalid } from "../../check.js";
import { within } from "./desk.js";
import { Future, STATE } from "./future.js";

/** What to wait for. */
export interface WaitForOptions {
  /** Until all are done, or the first. Default: `"all"`. */
  readonly returnWhen?: "all" | "first" | undefined;
  /** Seconds. Default: for ever. */
  readonly timeout?: number | undefined;
}

/** Futures by whether they are done. */
export interface Waited<T> {
  readonly done: Future<T>[];
  readonly notDone: Future<T>[];
}

/** Futures that nobody needs to hold. */
const kept = new Set<Future>();

/**
 * Waits until calls are over, however they end.
 *
 * @throws {BrambleError} `TIMEOUT` if that takes too long.
 * @example
 * const { done, notDone } = await wait(futures, { returnWhen: "first" });
 */
export async function wait<T>(
  futures: Iterable<Future<T>>,
  options: WaitForOptions = {},
): Promise<Waited<T>> {
  checkOptions(options, "options", ["returnWhen", "timeout"]);
  const { returnWhen = "all", timeout } = options;
  checkOneOf(returnWhen, "options.returnWhen", ["all", "first"]);
  const all = checkFutures(futures);
  const settled = all.map((future) => future[STATE].settled());
  const waiting: Promise<unknown> = returnWhen === "all" ? Promise.all(settled) : Promise.race(settled);
  if (all.length > 0) {
    const staying = all[0]?.stayFor(waiting) ?? waiting;
    await (timeout === undefined ? staying : within(staying, timeout, "The calls were not done"));
  }
  return {
    done: all.filter((future) => future.done()),
    notDone: all.filter((future) => !future.done()),
  };
}

/**
 * Futures in the order in which their calls end. More may be added while one goes through them.
 *
 * @example
 * for await (const future of asCompleted(futures)) console.log(await future.result());
 */
export class AsCompleted<T = unknown> implements AsyncIterable<Future<T>> {
  readonly #pending = new Map<Future<T>, () => void>();
  readonly #done: Future<T>[] = [];
  #wake: (() => void) | undefined;

  constructor(futures: Iterable<Future<T>>) {
    for (const future of checkFutures(futures)) this.add(future);
  }

  /** How many are still to come. */
  get count(): number {
    return this.#pending.size + this.#done.length;
  }

  /** One more to wait for. */
  add(future: Future<T>): void {
    checkFutures([future]);
    const onSettled = (): void => {
      this.#pending.delete(future);
      this.#done.push(future);
      this.#wake?.();
    };
    this.#pending.set(future, onSettled);
    future[STATE].whenSettled(onSettled);
  }

  /** The next one that is done; undefined if there is none any more. */
  async next(): Promise<Future<T> | undefined> {
    while (this.#done.length === 0) {
      const [waiting] = this.#pending.keys();
      if (waiting === undefined) return undefined;
      await waiting.stayFor(
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
      );
    }
    return this.#done.shift();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Future<T>, void, undefined> {
    try {
      for (let future = await this.next(); future !== undefined; future = await this.next()) yield future;
    } finally {
      for (const [future, onSettled] of this.#pending) future[STATE].forget(onSettled);
      this.#pending.clear();
    }
  }
}

/** Futures in the order in which their calls end. */
export function asCompleted<T>(futures: Iterable<Future<T>>): AsCompleted<T> {
  return new AsCompleted(futures);
}

/** Lets calls be made though nobody keeps their futures: for what they do, not for what they give. */
export function fireAndForget(futures: Future | Iterable<Future>): void {
  for (const future of checkFutures(futures instanceof Future ? [futures] : futures)) {
    kept.add(future);
    future.addDoneCallback(() => {
      kept.delete(future);
      future.release();
    });
  }
}

/** Checks that these are futures. */
export function checkFutures<T>(futures: Iterable<Future<T>>): Future<T>[] {
  if (futures === null || typeof futures !== "object" || !(Symbol.iterator in futures)) {
    throw invalid("futures", "futures", futures);
  }
  const all = [...futures];
  const other = all.find((future) => !(future instanceof Future));
  if (other !== undefined) throw invalid("a future", "futures", other);
  return all;
}
