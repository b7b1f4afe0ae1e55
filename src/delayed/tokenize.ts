import { createHash } from "node:crypto";
import { hasNode, NODE } from "../array/operand.js";
import { Encoder } from "../values/encoder.js";
import { hasTask, TASK } from "./task.js";

/**
 * A fingerprint of values: equal for equal ones, in every process and on every machine. Functions count by their
 * source, what they capture and the versions of what they import; delayed values and arrays by how they are made.
 *
 * @returns 32 hexadecimal digits.
 * @throws {BrambleError} `CANNOT_TRAVEL` for what has no copy, such as a socket: nobody can say what it is equal to.
 */
export function tokenize(...values: readonly unknown[]): string {
  const { content } = new Encoder().encode(values.map(named), "what is to be tokenized");
  const hash = createHash("sha1");
  for (const bytes of content) hash.update(bytes);
  return hash.digest("hex").slice(0, 32);
}

/** Values with what says how they are made in the place of collections. */
function named(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (hasTask(value)) return { delayed: value[TASK].key };
  if (hasNode(value)) return { array: value[NODE].token };
  if (Array.isArray(value)) return value.map(named);
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [named(key), named(entry)]));
  if (value instanceof Set) return new Set([...value].map(named));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, named(entry)]));
}
