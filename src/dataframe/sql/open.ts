import { resolve } from "node:path";
import { checkFilePath, invalid } from "../../check.js";
import type { Database } from "./database.js";
import { openPostgres } from "./postgres.js";
import { openSQLite } from "./sqlite.js";

/** Checks where a database is. A path becomes absolute, for who reads it may run elsewhere. */
export function readUrl(url: unknown): string {
  if (typeof url === "string" && /^postgres(ql)?:\/\//.test(url)) return url;
  if (typeof url === "string" && /^sqlite:./.test(url)) {
    checkFilePath(url, "url");
    return `sqlite:${resolve(url.slice(7))}`;
  }
  throw invalid('"sqlite:path" or "postgres://user@host/database"', "url", url);
}

/** Connects to a database, of which nothing is changed if `readOnly`. */
async function openDatabase(url: string, readOnly: boolean): Promise<Database> {
  return url.startsWith("sqlite:") ? await openSQLite(url.slice(7), readOnly) : await openPostgres(url);
}

/** Uses a database and closes it. */
export async function withDatabase<T>(
  url: string,
  readOnly: boolean,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(url, readOnly);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
