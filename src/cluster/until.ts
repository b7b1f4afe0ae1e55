import { setTimeout } from "node:timers/promises";
import type { BrambleError } from "../errors.js";

/** Time between two looks, in milliseconds. */
const LOOK = 20;

/**
 * Looks at something until it holds.
 *
 * @param look - gives what there is to see.
 * @param seconds - after which it is too late; it looks once at least.
 * @throws what `late` gives, of what was seen last.
 */
export async function until<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  seconds: number,
  late: (seen: T) => BrambleError,
): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return;
    if (performance.now() > end) throw late(seen);
    await setTimeout(LOOK);
  }
}
