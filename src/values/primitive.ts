import { Reader } from "./reader.js";
import type { Encoded } from "./wire.js";
import { Writer } from "./writer.js";

/** Bytes that a number takes with its tables, and short texts. */
const USUAL = 48;

/** The tables beside a value: places, identities of modules, modules and functions. */
const TABLES = 4;
/** An empty one. */
const EMPTY = 0x90;
/** Four empty ones, and where they begin. */
const END = TABLES + 4;

/** A primitive, in an object since it may be undefined. */
interface Primitive {
  readonly value: unknown;
}

/** Writes a value if it is a primitive other than a symbol, and says whether it is. */
export function writePrimitive(writer: Writer, value: unknown): boolean {
  switch (typeof value) {
    case "number":
      writer.number(value);
      return true;
    case "string":
      writer.string(value);
      return true;
    case "boolean":
      writer.boolean(value);
      return true;
    case "undefined":
      writer.undefined();
      return true;
    case "bigint":
      writer.bigint(value);
      return true;
    default:
      if (value === null) writer.nil();
      return value === null;
  }
}

/** What `Encoder` makes of a primitive; nothing of anything else. Many tasks give no more than a number. */
export function encodePrimitive(value: unknown): Encoded | undefined {
  // Before there is a writer, whose memory would be for nothing.
  if ((typeof value === "object" && value !== null) || typeof value === "function") return undefined;
  const writer = new Writer(USUAL);
  if (!writePrimitive(writer, value)) return undefined;
  const tables = writer.length;
  for (let table = 0; table < TABLES; table += 1) writer.array(0);
  writer.footer(tables);
  return { head: writer.finish(), buffers: [] };
}

/** The value, if it is a primitive and nothing stands beside it. */
export function decodePrimitive({ head }: Encoded): Primitive | undefined {
  const tables = head.length - END;
  for (let table = 0; table < TABLES; table += 1) if (head[tables + table] !== EMPTY) return undefined;
  const reader = new Reader(head);
  const item = reader.next();
  return item.is === "value" && reader.position === tables ? item : undefined;
}
