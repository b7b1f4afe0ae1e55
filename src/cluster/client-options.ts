import { invalid } from "../check.js";
import { userFolder } from "../config/files.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import type { WorkerName } from "./placement.js";
import type { OnError } from "./worker-calls.js";

/** How a client connects. */
export interface ConnectOptions {
  /** Seconds that it tries. Default: 30. */
  readonly timeout?: number | undefined;
  /** The cluster's key. Default: what `BRAMBLE_KEY` or the file of keys has, as `bramble key show` prints it. */
  readonly key?: string | undefined;
  /** Connects without a key, to a scheduler that was started with `--insecure`. Default: false. */
  readonly insecure?: boolean | undefined;
  /** Whether `compute()` uses this client, if nobody says otherwise. Default: true. */
  readonly setAsDefault?: boolean | undefined;
}

/** How long to wait for something. */
export interface WaitOptions {
  /** Seconds. Default: 30. */
  readonly timeout?: number | undefined;
}

/** Which workers call a function, and what becomes of errors. */
export interface RunOptions {
  /** Names or addresses. Default: all. */
  readonly workers?: readonly WorkerName[] | undefined;
  /** `raise` throws the first, `return` has errors among the results, `ignore` leaves them out. Default: `raise`. */
  readonly onError?: OnError | undefined;
}

/** The key that a client shows; undefined for none. */
export function keyOf({ key, insecure = false }: ConnectOptions): string | undefined {
  if (insecure) return undefined;
  return key ?? withOwnErrors(() => loadNative().findKey(userFolder())).text;
}

/** Checks for a time. */
export function checkSeconds(value: unknown, name: string): void {
  if (typeof value !== "number" || !(value >= 0)) throw invalid("a number of seconds", name, value);
}
