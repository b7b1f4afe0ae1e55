import { randomBytes } from "node:crypto";

/**
 * Functions keep who they are: one that comes back to the thread that it came from is the same one again, and
 * a class that arrives twice is one class, so that `instanceof` holds.
 */
const THIS_THREAD = randomBytes(6).toString("hex");

const origins = new WeakMap<CallableFunction, string>();
const byOrigin = new Map<string, WeakRef<CallableFunction>>();
const forgetter = new FinalizationRegistry<string>((origin) => {
  byOrigin.delete(origin);
});
let count = 0;

/** Which function it is, everywhere: the thread that made it, and a number there. */
export function originOf(fn: CallableFunction): string {
  const known = origins.get(fn);
  if (known !== undefined) return known;
  count += 1;
  const origin = `${THIS_THREAD}:${count}`;
  remember(fn, origin);
  return origin;
}

/** Notes that a function is the one of this origin. */
export function remember(fn: CallableFunction, origin: string): void {
  origins.set(fn, origin);
  byOrigin.set(origin, new WeakRef(fn));
  forgetter.register(fn, origin);
}

/** The function of an origin, if it was made here, or the class, if it has arrived before. */
export function recognise(origin: string, isClass: boolean): CallableFunction | undefined {
  if (!isClass && !origin.startsWith(`${THIS_THREAD}:`)) return undefined;
  return byOrigin.get(origin)?.deref();
}
