import type { Table, Vector } from "apache-arrow";
import type { Column, ColumnType } from "../generated/frames.js";

/** Milliseconds of a unit. */
const UNITS = { ns: 1e-6, us: 1e-3, ms: 1 } as const;

/** The rows of a table as plain objects. */
export function toRows(table: Table, columns: readonly Column[]): Record<string, unknown>[] {
  const readers = columns.map(({ name, type }, index) => ({
    name,
    read: reader(type),
    vector: table.getChildAt(index) as Vector | null,
  }));
  return Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(readers.map(({ name, read, vector }) => [name, valueAt(vector, row, read)])),
  );
}

/** The values of a column, as JavaScript has them. */
export function columnValues(vector: Vector | null, type: ColumnType): unknown[] {
  const read = reader(type);
  return Array.from({ length: vector?.length ?? 0 }, (_, row) => valueAt(vector, row, read));
}

function valueAt(vector: Vector | null, row: number, read: (value: unknown) => unknown): unknown {
  const value: unknown = vector?.get(row) ?? null;
  return value === null ? null : read(value);
}

/** Turns what apache-arrow gives for a value that is not null into what we give. */
function reader(type: ColumnType): (value: unknown) => unknown {
  if (type === "date") return (value) => new Date(Number(value));
  if (type === "time") return (value) => Number(value) * UNITS.ns;
  if (typeof type === "string") return (value) => value;
  if ("datetime" in type) return (value) => new Date(Number(value));
  if ("duration" in type) {
    const { unit } = type.duration;
    return (value) => Number(value) * UNITS[unit];
  }
  if ("decimal" in type) {
    const { scale } = type.decimal;
    return (value) => decimalText(value as Uint32Array, scale);
  }
  if ("list" in type) {
    const inner = type.list;
    return (value) => columnValues(value as Vector, inner);
  }
  if ("struct" in type) {
    const fields = type.struct.map((field) => ({ name: field.name, read: reader(field.type) }));
    return (value) => Object.fromEntries(fields.map(({ name, read }) => [name, fieldOf(value, name, read)]));
  }
  return (value) => value;
}

function fieldOf(row: unknown, name: string, read: (value: unknown) => unknown): unknown {
  const value: unknown = (row as Record<string, unknown>)[name] ?? null;
  return value === null ? null : read(value);
}

/** A decimal of 128 bits, the lowest word first, as text. */
function decimalText(words: Uint32Array, scale: number): string {
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  const value = BigInt.asIntN(32 * words.length, unsigned);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const point = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return value < 0n ? `-${text}` : text;
}
