import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { BrambleError } from "../../errors.js";
import type { Column, ColumnType } from "../../generated/frames.js";
import { type Database, quoted, type Row, statementError } from "./database.js";
import { loadDriver } from "./driver.js";

/** What Node's own SQLite and better-sqlite3 have in common. */
interface Statement {
  all(...values: readonly unknown[]): readonly Row[];
  run(...values: readonly unknown[]): unknown;
}

/** A connection by one of them. */
interface Connection {
  prepare(sql: string): Statement;
  close(): void;
}

/** Opens a file of SQLite: by Node, where it can, or else by better-sqlite3. */
export async function openSQLite(path: string, readOnly: boolean): Promise<Database> {
  if (readOnly && !existsSync(path)) throw new BrambleError("FILE_NOT_FOUND", `There is no database ${path}`);
  const connection = await connect(path, readOnly);
  const statements = new Map<string, Statement>();
  const prepared = (sql: string): Statement => {
    const known = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const query = async (sql: string): Promise<readonly Row[]> => attempt(sql, () => prepared(sql).all());
  return {
    query,
    execute: async (sql, values = []) => {
      attempt(sql, () => prepared(sql).run(...values));
    },
    columns: (source) => columnsOf(source, query),
    hasTable: async (name) => {
      const text = name.replaceAll("'", "''");
      return (
        (await query(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '${text}'`)).length > 0
      );
    },
    typeName,
    toValue,
    placeholder: () => "?",
    close: async () => connection.close(),
  };
}

async function connect(path: string, readOnly: boolean): Promise<Connection> {
  if (isBuiltin("node:sqlite")) {
    // By a name that compilers don't know: their Node may not have it.
    const name = "node:sqlite";
    const { DatabaseSync } = (await import(name)) as {
      DatabaseSync: new (path: string, options: object) => NodeConnection;
    };
    const opened = attempt(path, () => new DatabaseSync(path, { readOnly }));
    const prepare = (sql: string): Statement => {
      const statement = opened.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    };
    return { prepare, close: () => opened.close() };
  }
  const { default: Better } = (await loadDriver("better-sqlite3", "SQLite in this version of Node")) as {
    default: new (path: string, options: object) => BetterConnection;
  };
  const opened = attempt(path, () => new Better(path, { readonly: readOnly }));
  const prepare = (sql: string): Statement => {
    const statement = opened.prepare(sql);
    statement.safeIntegers(true);
    return statement.reader ? statement : { run: (...values) => statement.run(...values), all: () => [] };
  };
  return { prepare, close: () => opened.close() };
}

interface NodeConnection {
  prepare(sql: string): Statement & { setReadBigInts(on: boolean): void };
  close(): void;
}

interface BetterConnection {
  prepare(sql: string): Statement & { safeIntegers(on: boolean): unknown; readonly reader: boolean };
  close(): void;
}

function attempt<T>(sql: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw statementError(error, sql);
  }
}

/** Values of SQLite are of any type in any column: what there is decides. */
async function columnsOf(
  source: string,
  query: (sql: string) => Promise<readonly Row[]>,
): Promise<readonly Column[]> {
  // A row even if there is none, which tells the names.
  const [row = {}] = await query(
    `SELECT q.* FROM (SELECT 1) LEFT JOIN (SELECT * FROM ${source}) AS q LIMIT 1`,
  );
  const names = Object.keys(row);
  const classes = ["integer", "real", "text", "blob"];
  const seen = names.flatMap((name, place) =>
    classes.map((kind) => `max(typeof(${quoted(name)}) = '${kind}') AS ${kind}${place}`),
  );
  const [found = {}] = await query(`SELECT ${seen.join(", ")} FROM ${source}`);
  return names.map((name, place) => {
    const kinds = classes.filter((kind) => Number(found[`${kind}${place}`] ?? 0) === 1);
    return { name, type: typeOf(name, kinds) };
  });
}

function typeOf(name: string, kinds: readonly string[]): ColumnType {
  const types: Readonly<Record<string, ColumnType>> = {
    "": "null",
    integer: "i64",
    real: "f64",
    "integer real": "f64",
    text: "str",
    blob: "binary",
  };
  const type = types[kinds.join(" ")];
  if (type !== undefined) return type;
  throw new BrambleError(
    "SCHEMA_MISMATCH",
    `${name} has values of the types ${kinds.join(", ")}: CAST it in the query, or say in \`schema\` what it is`,
  );
}

function typeName(type: ColumnType): string | undefined {
  if (typeof type !== "string") return "datetime" in type ? "TEXT" : undefined;
  if (/^[iu](8|16|32|64)$/.test(type) || type === "bool") return "INTEGER";
  if (type === "f32" || type === "f64") return "REAL";
  if (type === "str" || type === "cat" || type === "date") return "TEXT";
  return type === "binary" ? "BLOB" : undefined;
}

function toValue(value: unknown, type: ColumnType): unknown {
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (value instanceof Date) return type === "date" ? value.toISOString().slice(0, 10) : value.toISOString();
  // A number is a float to SQLite, also in a column of integers.
  return typeof value === "number" && type !== "f32" && type !== "f64" ? BigInt(value) : value;
}
