import { Encoder } from "../../values/encoder.js";

/**
 * What a value is as a key: primitives are themselves, of anything else two with the same content are one key. Of plain
 * objects the order of properties does not count.
 */
export function keyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { content } = new Encoder().encode(canonical(value), "a key");
  // No string of a program's begins so.
  return `\0key ${Buffer.concat(content).toString("latin1")}`;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  // To a `Map` 0 and -0 are one key.
  if (value === 0) return 0;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, entry]) => [name, canonical(entry)]));
}
