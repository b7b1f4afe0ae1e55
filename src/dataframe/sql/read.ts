import { checkInteger, checkOptions, invalid } from "../../check.js";
import { delayed } from "../../delayed/index.js";
import { BrambleError } from "../../errors.js";
import { nearest } from "../../nearest.js";
import { type ColumnTypeLike, type Schema, schemaOf } from "../column-type.js";
import { fromDelayed } from "../map-partitions.js";
import type { FrameNode } from "../node.js";
import { type Database, quoted } from "./database.js";
import { readUrl, withDatabase } from "./open.js";
import { queryPiece } from "./query-piece.js";

/** Which rows of a database are read, and in how many pieces. */
export interface ReadSQLOptions<S extends Schema = Schema> {
  /** The columns that are read, and their types. Default: all, of the types that the database says. */
  readonly schema?: S | undefined;
  /** A column of numbers, best with an index, by whose ranges the rows are cut into pieces. */
  readonly key?: string | undefined;
  /** How many pieces there are, each a query of its own over a range of `key`. Default: 1. */
  readonly npartitions?: number | undefined;
}

const call = delayed(queryPiece, { name: "readSQL", traverse: false });

/** The rows of a table or of a query. */
export async function readSQL(query: unknown, url: unknown, options: ReadSQLOptions): Promise<FrameNode> {
  if (typeof query !== "string" || query.trim() === "")
    throw invalid("the name of a table, or a query", "query", query);
  checkOptions(options, "options", ["schema", "key", "npartitions"]);
  const { key, schema } = options;
  const npartitions = checkInteger(options.npartitions ?? 1, "options.npartitions", 1, 2 ** 16);
  if (npartitions > 1 && typeof key !== "string")
    throw invalid("the name of a column for more than one piece,", "options.key", key);
  const place = readUrl(url);
  const source = /^\s*(select|with|values)\b/i.test(query) ? `(${stripped(query)}) AS q` : tableName(query);
  return await withDatabase(place, true, async (database) => {
    const wanted = schema ?? schemaOf(await database.columns(source));
    const names = Object.keys(wanted);
    const chosen = `SELECT ${names.map(quoted).join(", ")} FROM ${source}`;
    if (key !== undefined && schema === undefined && !names.includes(key))
      throw new BrambleError(
        "COLUMN_NOT_FOUND",
        `There is no column ${key}; there are ${nearest(key, names).join(", ")}`,
      );
    const ranges = key === undefined ? [""] : await rangesOf(database, source, key, npartitions);
    const times = names.filter((name) => isTime(wanted[name]));
    const parts = ranges.map((range) => call(place, `${chosen}${range}`, names, times));
    return fromDelayed(parts, { schema: wanted });
  });
}

function isTime(type: ColumnTypeLike | undefined): boolean {
  return type === "date" || type === "datetime" || (typeof type === "object" && "datetime" in type);
}

function stripped(query: string): string {
  return query.trim().replace(/;$/, "");
}

/** A name, behind that of a schema if there is a dot. */
function tableName(name: string): string {
  return name.split(".").map(quoted).join(".");
}

/** Conditions that part the rows by a key, and order them by it. Rows without one are in the last part. */
async function rangesOf(
  database: Database,
  source: string,
  key: string,
  count: number,
): Promise<readonly string[]> {
  const name = quoted(key);
  const [{ low, high } = {}] = await database.query(
    `SELECT min(${name}) AS low, max(${name}) AS high FROM ${source}`,
  );
  const edges = low === null ? [] : edgesBetween(low, high, count);
  if (edges === undefined) throw invalid("a column of numbers", "options.key", key);
  const starts = [undefined, ...edges];
  return starts.map((start, place) => {
    const end = edges[place];
    const conditions = [
      ...(start === undefined ? [] : [`${name} >= ${start}`]),
      ...(end === undefined ? [] : [`${name} < ${end}`]),
    ];
    const isLast = end === undefined;
    if (conditions.length === 0) return ` ORDER BY ${name} IS NULL, ${name}`;
    const where = conditions.join(" AND ");
    return isLast
      ? ` WHERE ${where} OR ${name} IS NULL ORDER BY ${name} IS NULL, ${name}`
      : ` WHERE ${where} ORDER BY ${name}`;
  });
}

/** Numbers that part a range into as many of the same length. */
function edgesBetween(low: unknown, high: unknown, count: number): readonly string[] | undefined {
  const places = Array.from({ length: count - 1 }, (_, place) => place + 1);
  if (isInteger(low) && isInteger(high)) {
    const span = BigInt(high) - BigInt(low) + 1n;
    const edges = places.map((place) => BigInt(low) + (span * BigInt(place)) / BigInt(count));
    return [...new Set(edges)].filter((edge) => edge > BigInt(low)).map(String);
  }
  if (typeof low !== "number" || typeof high !== "number") return undefined;
  const edges = places.map((place) => low + ((high - low) * place) / count);
  return [...new Set(edges)].filter((edge) => edge > low).map(String);
}

function isInteger(value: unknown): value is bigint | number {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}
