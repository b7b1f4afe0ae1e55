import { invalid } from "../check.js";
import type { Column, ColumnType, TimeUnit } from "../generated/frames.js";

const SIMPLE = [
  "null",
  "bool",
  "i8",
  "i16",
  "i32",
  "i64",
  "i128",
  "u8",
  "u16",
  "u32",
  "u64",
  "f32",
  "f64",
  "str",
  "binary",
  "date",
  "time",
  "cat",
] as const;

/**
 * The type of a column: a word such as `"i64"`, `"f64"`, `"str"`, `"bool"`, `"date"`; `"datetime"` and `"duration"`
 * count microseconds; or `{ list: type }`, `{ struct: { name: type } }`, `{ datetime: { unit, zone } }`,
 * `{ duration: { unit } }`, `{ decimal: { precision, scale } }`.
 */
export type ColumnTypeLike =
  | (typeof SIMPLE)[number]
  | "datetime"
  | "duration"
  | { readonly list: ColumnTypeLike }
  | { readonly struct: Schema }
  | { readonly datetime: { readonly unit?: TimeUnit; readonly zone?: string | null } }
  | { readonly duration: { readonly unit?: TimeUnit } }
  | { readonly decimal: { readonly precision: number; readonly scale: number } };

/** The types of columns by their names. */
export type Schema = { readonly [name: string]: ColumnTypeLike };

/** What a value of a column is in JavaScript. */
export type ValueOf<T> = T extends "bool"
  ? boolean
  : T extends "i64" | "u64" | "i128"
    ? bigint
    : T extends "i8" | "i16" | "i32" | "u8" | "u16" | "u32" | "f32" | "f64" | "duration" | "time"
      ? number
      : T extends "str" | "cat"
        ? string
        : T extends "date" | "datetime" | { readonly datetime: unknown }
          ? Date
          : T extends "binary"
            ? Uint8Array
            : T extends { readonly list: infer I }
              ? readonly (ValueOf<I> | null)[]
              : T extends { readonly struct: infer S }
                ? { readonly [N in keyof S]: ValueOf<S[N]> | null }
                : unknown;

/** A row of a frame. */
export type RowOf<S extends Schema> = { readonly [N in keyof S]: ValueOf<S[N]> | null };

/** Checks a type and fills in what it leaves out. */
export function readColumnType(value: unknown, name: string): ColumnType {
  if (typeof value === "string") return readWord(value, name);
  if (typeof value === "object" && value !== null) {
    const [kind, ...others] = Object.keys(value);
    if (kind !== undefined && others.length === 0) {
      const content: unknown = Reflect.get(value, kind);
      const read = readCompound(kind, content, name);
      if (read !== undefined) return read;
    }
  }
  throw wrongType(name, value);
}

function readWord(word: string, name: string): ColumnType {
  if ((SIMPLE as readonly string[]).includes(word)) return word as (typeof SIMPLE)[number];
  if (word === "datetime") return { datetime: { unit: "us", zone: null } };
  if (word === "duration") return { duration: { unit: "us" } };
  throw wrongType(name, word);
}

function readCompound(kind: string, content: unknown, name: string): ColumnType | undefined {
  if (kind === "list") return { list: readColumnType(content, `${name}.list`) };
  if (typeof content !== "object" || content === null) return undefined;
  if (kind === "struct") return { struct: readSchema(content, `${name}.struct`) };
  const { unit = "us", zone = null, precision, scale } = content as Record<string, unknown>;
  if (!["ns", "us", "ms"].includes(String(unit))) throw invalid("one of ns, us, ms", `${name}.unit`, unit);
  if (kind === "datetime") return { datetime: { unit: unit as TimeUnit, zone: zone as string | null } };
  if (kind === "duration") return { duration: { unit: unit as TimeUnit } };
  if (kind === "decimal" && Number.isInteger(precision) && Number.isInteger(scale)) {
    return { decimal: { precision: precision as number, scale: scale as number } };
  }
  return undefined;
}

/** Checks types by names. */
export function readSchema(value: unknown, name: string): Column[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("an object of types by names of columns", name, value);
  }
  return Object.entries(value).map(([column, type]) => ({
    name: column,
    type: readColumnType(type, `${name}.${column}`),
  }));
}

/** Columns as a user writes them down. */
export function schemaOf(columns: readonly Column[]): Schema {
  return Object.fromEntries(columns.map(({ name, type }) => [name, typeLike(type)]));
}

function typeLike(type: ColumnType): ColumnTypeLike {
  if (typeof type === "string") return type;
  if ("datetime" in type) {
    const { unit, zone } = type.datetime;
    return unit === "us" && zone === null ? "datetime" : type;
  }
  if ("duration" in type) return type.duration.unit === "us" ? "duration" : type;
  if ("list" in type) return { list: typeLike(type.list) };
  if ("struct" in type) return { struct: schemaOf(type.struct) };
  // Nothing here makes a column of such a type, which only files have.
  return type as ColumnTypeLike;
}

/** A type in a few characters, as Polars prints it. */
export function formatType(type: ColumnType): string {
  if (typeof type === "string") return type;
  if ("datetime" in type) {
    const { unit, zone } = type.datetime;
    return `datetime[${unit === "us" ? "μs" : unit}${zone === null ? "" : `, ${zone}`}]`;
  }
  if ("duration" in type) return `duration[${type.duration.unit === "us" ? "μs" : type.duration.unit}]`;
  if ("decimal" in type) return `decimal[${type.decimal.precision},${type.decimal.scale}]`;
  if ("list" in type) return `list[${formatType(type.list)}]`;
  if ("struct" in type) return `struct[${type.struct.length}]`;
  return type.other;
}

function wrongType(name: string, value: unknown): Error {
  const words = [...SIMPLE, "datetime", "duration"].map((word) => JSON.stringify(word)).join(", ");
  return invalid(`${words}, or an object such as { list: "i64" },`, name, value);
}
