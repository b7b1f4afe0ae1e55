import { invalid } from "../check.js";
import type { ColumnTypeLike } from "./column-type.js";
import { fromColumns } from "./make.js";
import { type FrameNode, memoryNode } from "./node.js";

/** A table in the shape of Apache Arrow's, which arquero and flechette have too. */
export interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
  getChild(name: string): ArrowColumn | null | undefined;
}

interface ArrowColumn {
  readonly length: number;
  get(index: number): unknown;
}

/** Names of Arrow's types, as they print themselves, and what columns of them are. */
const TYPES: readonly (readonly [RegExp, ColumnTypeLike])[] = [
  [/^Bool/, "bool"],
  [/^Int8$/, "i8"],
  [/^Int16$/, "i16"],
  [/^Int32$/, "i32"],
  [/^Int64$/, "i64"],
  [/^Uint8$/, "u8"],
  [/^Uint16$/, "u16"],
  [/^Uint32$/, "u32"],
  [/^Uint64$/, "u64"],
  [/^Float32$/, "f32"],
  [/^Float64$/, "f64"],
  [/^(Large)?Utf8(View)?$/, "str"],
  [/^Dictionary<.*Utf8/, "str"],
  [/^(Large)?Binary(View)?$/, "binary"],
  [/^Date/, "date"],
  [/^Timestamp/, "datetime"],
];

/** A frame of a table, or of the bytes of an Arrow stream. */
export function fromTable(table: unknown): FrameNode {
  if (table instanceof Uint8Array) return memoryNode(table, 1);
  if (!isTable(table))
    throw invalid("a table of Apache Arrow or the bytes of an Arrow stream", "table", table);
  const columns = new Map<string, unknown[]>();
  const schema: Record<string, ColumnTypeLike> = {};
  for (const { name, type } of table.schema.fields) {
    const vector = table.getChild(name);
    const [, known] = TYPES.find(([pattern]) => pattern.test(String(type))) ?? [];
    const isTime = known === "date" || known === "datetime";
    const read = (value: unknown): unknown => (isTime && typeof value === "number" ? new Date(value) : value);
    columns.set(
      name,
      Array.from({ length: vector?.length ?? 0 }, (_, row) => plain(read(vector?.get(row)))),
    );
    if (known !== undefined) schema[name] = known;
  }
  return fromColumns(columns, undefined, schema);
}

function isTable(value: unknown): value is ArrowTable {
  return typeof value === "object" && value !== null && "schema" in value && "getChild" in value;
}

/** Lists of Arrow are vectors; bytes are bytes. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Symbol.iterator in value && "toArray" in value
    ? Array.from(value as Iterable<unknown>, plain)
    : value;
}
