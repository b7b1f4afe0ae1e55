import { invalid } from "../check.js";
import type { TypedArray } from "../dtype/index.js";
import { frameBackend } from "../engine/frames.js";
import { BrambleError } from "../errors.js";
import type { ColumnData, ColumnType, Value, Values } from "../generated/frames.js";
import { formatType, readColumnType, type Schema } from "./column-type.js";
import { isLarge, literalOf } from "./expr/wire.js";
import { checkAlike, checkFits } from "./fits.js";
import { type FrameNode, memoryNode } from "./node.js";

/** Types of the elements of typed arrays. */
const TYPED_ARRAYS: Readonly<Record<string, ColumnType>> = {
  Int8Array: "i8",
  Int16Array: "i16",
  Int32Array: "i32",
  BigInt64Array: "i64",
  Uint8Array: "u8",
  Uint8ClampedArray: "u8",
  Uint16Array: "u16",
  Uint32Array: "u32",
  BigUint64Array: "u64",
  Float32Array: "f32",
  Float64Array: "f64",
};

/** A frame of columns by their names: those of `schema`, or all, of which `types` says some types. */
export function fromColumns(columns: unknown, schema: Schema | undefined, types: Schema = {}): FrameNode {
  if (typeof columns !== "object" || columns === null)
    throw invalid("columns by their names", "columns", columns);
  const entries = columns instanceof Map ? [...columns] : Object.entries(columns);
  const names = schema === undefined ? entries.map(([name]) => String(name)) : Object.keys(schema);
  const byName = new Map<string, unknown>(entries.map(([name, values]) => [String(name), values]));
  for (const name of byName.keys()) checkInSchema(name, schema);
  return madeFrame(
    names.map((name) => columnOf(name, byName.get(name) ?? [], schema?.[name] ?? types[name])),
  );
}

/**
 * A frame of rows as objects, with the columns of `schema`, or all, of which `types` says some types. A row may lack columns,
 * which are null then.
 */
export function fromRows(rows: unknown, schema: Schema | undefined, types: Schema = {}): FrameNode {
  if (!Array.isArray(rows)) throw invalid("a list of objects", "records", rows);
  const names = new Set<string>(schema === undefined ? [] : Object.keys(schema));
  rows.forEach((row: unknown, index) => {
    if (typeof row !== "object" || row === null) throw invalid("an object", `records[${index}]`, row);
    for (const name of Object.keys(row)) {
      checkInSchema(name, schema);
      names.add(name);
    }
  });
  const column = (name: string): unknown[] => rows.map((row: object): unknown => Reflect.get(row, name));
  return madeFrame([...names].map((name) => columnOf(name, column(name), schema?.[name] ?? types[name])));
}

function madeFrame(columns: readonly ColumnData[]): FrameNode {
  try {
    return memoryNode(frameBackend().make(columns), 1);
  } catch (error) {
    throw firstRefused(columns, error);
  }
}

/** What the engine can't make of columns, with the first value that it refuses. */
function firstRefused(columns: readonly ColumnData[], error: unknown): unknown {
  for (const column of columns) {
    const count = lengthOf(column.values);
    let refused = refusal(column, count);
    if (refused === undefined) continue;
    let [fine, end] = [0, count];
    while (end - fine > 1) {
      const middle = Math.floor((fine + end) / 2);
      const found = refusal(column, middle);
      if (found === undefined) fine = middle;
      else [end, refused] = [middle, found];
    }
    const where = `Row ${end - 1} of the column "${column.name}"`;
    return new BrambleError("INVALID_VALUE", `${where}: ${refused.message}`, { cause: error });
  }
  return error;
}

/** What the engine says of the first rows of a column, if it refuses them. */
function refusal({ name, type, values }: ColumnData, count: number): Error | undefined {
  try {
    frameBackend().make([{ name, type, values: firstOf(values, count) }]);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function checkInSchema(name: string, schema: Schema | undefined): void {
  if (schema === undefined || name in schema) return;
  throw new BrambleError("COLUMN_NOT_FOUND", `There are values of ${name}, which \`schema\` lacks`);
}

function columnOf(name: string, given: unknown, type: unknown): ColumnData {
  const values = isIterable(given) && !ArrayBuffer.isView(given) ? Array.from(given) : given;
  const wanted = type === undefined ? typeOfLarge(values) : readColumnType(type, `schema.${name}`);
  return { name, type: wanted, values: valuesOf(values, wanted, name) };
}

/** The type of a list with an integer in it that only integers without a sign have; otherwise the engine finds one. */
function typeOfLarge(values: unknown): ColumnType | null {
  return Array.isArray(values) && values.some(isLarge) ? "u64" : null;
}

function valuesOf(values: unknown, wanted: ColumnType | null, name: string): Values {
  if (ArrayBuffer.isView(values)) {
    const of = TYPED_ARRAYS[values.constructor.name];
    if (of === undefined) throw invalid("a list or a typed array of numbers", name, values);
    if (wanted !== null && wanted !== of) checkFits(values as TypedArray, wanted, name);
    return { numbers: { of, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) } };
  }
  if (!Array.isArray(values)) throw invalid("a list or a typed array", name, values);
  if (wanted === null) checkAlike(values, name);
  else checkFits(values, wanted, name);
  return { each: values.map((value, index) => valueOf(value ?? null, wanted, `${name}[${index}]`)) };
}

/** A value on the wire. Integers beyond those with a sign go as text, unless they become floats. */
function valueOf(value: unknown, wanted: ColumnType | null, name: string): Value {
  if (wanted === "u64" && (typeof value === "bigint" || typeof value === "number"))
    return { text: String(value) };
  if (!isLarge(value)) return literalOf(value, name);
  return wanted === "f32" || wanted === "f64" ? { float: String(Number(value)) } : { text: String(value) };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function lengthOf(values: Values): number {
  if ("each" in values) return values.each.length;
  return values.numbers.bytes.length / widthOf(values.numbers.of);
}

function firstOf(values: Values, count: number): Values {
  if ("each" in values) return { each: values.each.slice(0, count) };
  const { of, bytes } = values.numbers;
  return { numbers: { of, bytes: bytes.subarray(0, count * widthOf(of)) } };
}

/** Bytes of an element of a typed array. */
function widthOf(of: ColumnType): number {
  return Number(/\d+$/.exec(formatType(of))?.[0]) / 8;
}
