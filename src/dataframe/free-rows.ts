import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";
import type { PieceRows } from "../engine/engine.js";
import { onceHandedIn } from "../executors/handed-in.js";

/** Bytes of what may be garbage, in V8's heap and outside it, from which on the collector is asked to come. */
const FROM = 8 * 2 ** 20;

/** Bytes that were left when it had come. */
let left = 0;
let collect: (() => void) | undefined;
let transfer: Transfer | undefined;

type Transfer = (this: ArrayBufferLike, length: number) => ArrayBufferLike;

/**
 * Frees the rows that earlier calls of this thread had, which are garbage as far as V8 has not found that out: it
 * looks for what is outside its heap when tens of megabytes have come together there, in each thread. A look takes
 * some ten milliseconds; the main thread, which may have much, is left alone.
 */
export function freeRows(): void {
  if (isMainThread || taken() - left < FROM) return;
  collect ??= inNewContext("--expose-gc", "gc") as () => void;
  collect();
  left = taken();
}

function taken(): number {
  const { external_memory, used_heap_size } = getHeapStatistics();
  return external_memory + used_heap_size;
}

/** Frees rows that nobody else has without the collector, in threads that make calls. The arrays are empty then. */
export function freeNow(all: readonly (PieceRows | undefined)[]): void {
  if (isMainThread) return;
  transfer ??= transferOf();
  for (const rows of all) if (rows instanceof Uint8Array) transfer?.call(rows.buffer, 0);
}

/** The same of rows that a call of this thread gave, once those have them who asked for them. */
export function freeOnceHandedIn(made: readonly PieceRows[]): void {
  onceHandedIn(() => freeNow(made));
}

/** What takes the memory of a buffer away from it: Node 20 has it under a flag. */
function transferOf(): Transfer {
  const here: unknown = Reflect.get(ArrayBuffer.prototype, "transfer");
  return (here ?? inNewContext("--harmony-rab-gsab-transfer", "ArrayBuffer.prototype.transfer")) as Transfer;
}

/** What contexts have that are made under a flag of V8. */
function inNewContext(flag: string, name: string): unknown {
  setFlagsFromString(flag);
  return runInNewContext(name);
}
