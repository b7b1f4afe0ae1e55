import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

/** Bytes outside V8's heap from which on the collector is asked to come. */
const FROM = 2 * 2 ** 20;

let collect: (() => void) | undefined;

/**
 * Frees the rows that earlier calls of this thread had and gave, which are garbage as far as V8 has not found that out: it
 * looks for what is outside its heap when tens of megabytes have come together there, in each thread. A look takes
 * some milliseconds, as the threads that make calls have little else; the main thread, which may have much, is left alone.
 */
export function freeRows(): void {
  if (isMainThread || getHeapStatistics().external_memory < FROM) return;
  collect ??= collector();
  collect();
}

/** The function that runs V8's collector, which contexts have that are made under this flag. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
