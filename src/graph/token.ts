import { createHash } from "node:crypto";
import type { TypedArray } from "../dtype/index.js";
import { encode } from "./encode.js";

/**
 * A fingerprint of what a value says: equal values have equal tokens, in every process. It is what makes
 * the same expression, written twice, one layer.
 */
export function tokenOf(value: unknown): string {
  return createHash("sha1").update(encode(value)).digest("hex").slice(0, 32);
}

const functionTokens = new WeakMap<CallableFunction, string>();
let functionCount = 0;

/** The token of a function: its identity, since what it captures may change. */
export function functionToken(called: CallableFunction): string {
  let token = functionTokens.get(called);
  if (token === undefined) {
    functionCount += 1;
    token = `function-${functionCount}`;
    functionTokens.set(called, token);
  }
  return token;
}

const memoryTokens = new WeakMap<TypedArray, string>();
let memoryCount = 0;

/** The token of data in memory: its identity, since reading it all would be the work we want to put off. */
export function memoryToken(data: TypedArray): string {
  let token = memoryTokens.get(data);
  if (token === undefined) {
    memoryCount += 1;
    token = `memory-${memoryCount}`;
    memoryTokens.set(data, token);
  }
  return token;
}
