import type { BlockInfo } from "../../engine/engine.js";

/** A function of ours or of the user, and the first arguments that it is called with. */
export type Called = readonly [call: (...args: never[]) => unknown, ...args: unknown[]];

/** Merges parts of a result, and finishes it where they are all that there are. */
export async function mergeParts(
  merge: Called,
  finish: Called | undefined,
  parts: readonly unknown[],
  _info: BlockInfo,
): Promise<unknown> {
  const whole = await call(merge, parts);
  return finish === undefined ? whole : call(finish, whole);
}

function call([fn, ...args]: Called, last: unknown): unknown {
  return fn(...(args as never[]), last as never);
}
