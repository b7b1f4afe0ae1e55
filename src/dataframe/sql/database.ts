import { BrambleError } from "../../errors.js";
import type { Column, ColumnType } from "../../generated/frames.js";

/** A row, by the names of its columns. Integers of 64 bits are `bigint`. */
export type Row = Readonly<Record<string, unknown>>;

/** A connection to a database. */
export interface Database {
  query(sql: string): Promise<readonly Row[]>;
  /** Executes a statement, with a value for each of its placeholders. */
  execute(sql: string, values?: readonly unknown[]): Promise<void>;
  /** The columns of what stands behind FROM. */
  columns(source: string): Promise<readonly Column[]>;
  hasTable(name: string): Promise<boolean>;
  /** What a column of a type is called in a new table; nothing if there is none for it. */
  typeName(type: ColumnType): string | undefined;
  /** A value as the database takes it. */
  toValue(value: unknown, type: ColumnType): unknown;
  /** The placeholder of a value, from 1. */
  placeholder(number: number): string;
  close(): Promise<void>;
}

/** A name as SQL has it, whatever is in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The error of a statement, with the statement. */
export function statementError(error: unknown, sql: string): BrambleError {
  const text = error instanceof Error ? error.message : String(error);
  const shown = sql.length > 300 ? `${sql.slice(0, 300)} …` : sql;
  return new BrambleError("INVALID_ARGUMENT", `The database refuses ${shown}: ${text}`, { cause: error });
}
