import { inspect } from "node:util";
import type { Table, Vector } from "apache-arrow";
import type { Column, ColumnType } from "../generated/frames.js";
import { formatType } from "./column-type.js";
import type { FrameNode } from "./node.js";
import { columnValues } from "./values.js";

/** How many rows and columns are shown of a larger table, and characters of a longer value. */
const ROWS = 10;
const COLUMNS = 8;
const CHARACTERS = 30;

/** Lets a table print itself as Polars does. */
export function showTable(table: Table, columns: readonly Column[]): Table {
  const show = (): string => formatTable(table, columns);
  Object.defineProperty(table, inspect.custom, { value: show, configurable: true });
  Object.defineProperty(table, "toString", { value: show, configurable: true });
  return table;
}

/** What a frame that is yet to be computed prints. */
export function showFrame({ columns, npartitions }: FrameNode): string {
  const lines = columns.map(({ name, type }) => `  ${name}: ${formatType(type)}`);
  return [`DataFrame of ${columns.length} columns in ${npartitions} partitions`, ...lines].join("\n");
}

function formatTable(table: Table, columns: readonly Column[]): string {
  const rows = firstAndLast(table.numRows, ROWS);
  const shown = firstAndLast(columns.length, COLUMNS).map((index) => {
    if (index === undefined) return ["…", "", ...rows.map(() => "…")];
    const { name, type } = columns[index] as Column;
    const vector = table.getChildAt(index) as Vector | null;
    const texts = rows.map((row) => (row === undefined ? "…" : cell(vector, row, type)));
    return [shorten(name), formatType(type), ...texts];
  });
  return [`shape: (${table.numRows}, ${columns.length})`, ...drawBox(shown)].join("\n");
}

/** Positions that are shown; undefined stands for what is left out. */
function firstAndLast(length: number, most: number): (number | undefined)[] {
  if (length <= most) return Array.from({ length }, (_, index) => index);
  const half = most / 2;
  const first = Array.from({ length: half }, (_, index) => index);
  return [...first, undefined, ...first.map((index) => length - half + index)];
}

function cell(vector: Vector | null, row: number, type: ColumnType): string {
  const [value] = columnValues(vector?.slice(row, row + 1) ?? null, type);
  return shorten(formatValue(value, type));
}

function formatValue(value: unknown, type: ColumnType): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return isFloat(type) ? formatFloat(value) : String(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date) return formatDate(value, type);
  if (Array.isArray(value)) {
    const inner = typeof type === "object" && "list" in type ? type.list : "null";
    const texts = value.slice(0, 3).map((entry: unknown) => formatValue(entry, inner));
    return `[${texts.join(", ")}${value.length > 3 ? ", … " : ""}]`;
  }
  if (typeof value === "object" && typeof type === "object" && "struct" in type) {
    const entries = Object.values(value);
    return `{${type.struct.map((field, index) => formatValue(entries[index], field.type)).join(",")}}`;
  }
  return typeof value === "string" ? value : inspect(value, { breakLength: Number.POSITIVE_INFINITY });
}

function isFloat(type: ColumnType): boolean {
  return type === "f64" || type === "f32";
}

/** Six decimals, without the zeros behind; very large and small ones with an exponent. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toFixed(1);
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-4)
    return value
      .toExponential(6)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  return value.toFixed(6).replace(/0+$/, "");
}

function formatDate(value: Date, type: ColumnType): string {
  if (Number.isNaN(value.getTime())) return "out of range";
  const text = value.toISOString();
  if (type === "date") return text.slice(0, 10);
  const withTime = text.slice(0, 19).replace("T", " ");
  const fraction = text.slice(19, 23);
  return fraction === ".000" ? withTime : withTime + fraction;
}

function shorten(text: string): string {
  const line = text.replaceAll("\n", "↵");
  return line.length <= CHARACTERS ? line : `${line.slice(0, CHARACTERS - 1)}…`;
}

/** Columns of texts, of which the first is a name and the second a type, in a box. */
function drawBox(columns: readonly (readonly string[])[]): string[] {
  if (columns.length === 0) return [];
  const widths = columns.map((texts) => Math.max(...texts.map((text) => text.length)));
  const line = (left: string, fill: string, cross: string, right: string): string =>
    left + widths.map((width) => fill.repeat(width + 2)).join(cross) + right;
  const row = (index: number): string =>
    `│ ${columns.map((texts, column) => (texts[index] ?? "").padEnd(widths[column] ?? 0)).join(" ┆ ")} │`;
  const count = columns[0]?.length ?? 0;
  const dashes = `│ ${widths.map((width) => "---".padEnd(width)).join(" ┆ ")} │`;
  const rows = Array.from({ length: Math.max(0, count - 2) }, (_, index) => row(index + 2));
  return [
    line("┌", "─", "┬", "┐"),
    row(0),
    dashes,
    row(1),
    line("╞", "═", "╪", "╡"),
    ...rows,
    line("└", "─", "┴", "┘"),
  ];
}
