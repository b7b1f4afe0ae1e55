import { type Item, malformed, type Reader } from "./reader.js";
import type { Writer } from "./writer.js";

/** What the tables beside a value are made of: no objects with a number. */
export type Plain = string | number | boolean | null | readonly Plain[];

/** Writes a table. */
export function writePlain(writer: Writer, value: Plain): void {
  if (value === null) writer.nil();
  else if (typeof value === "string") writer.string(value);
  else if (typeof value === "number") writer.number(value);
  else if (typeof value === "boolean") writer.boolean(value);
  else {
    writer.array(value.length);
    for (const entry of value) writePlain(writer, entry);
  }
}

/** Reads a table. */
export function readPlain(reader: Reader): Plain {
  return plainOf(reader.next(), reader);
}

function plainOf(item: Item, reader: Reader): Plain {
  if (item.is === "value") return item.value as Plain;
  if (item.is !== "array") throw malformed(`a ${item.is} in a table`);
  return Array.from({ length: item.count }, () => plainOf(reader.next(), reader));
}
