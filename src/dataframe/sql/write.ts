import { checkOneOf, checkOptions, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import type { Column } from "../../generated/frames.js";
import { formatType } from "../column-type.js";
import { computeBatches, FRAME_COMPUTE_OPTIONS, type FrameComputeOptions } from "../compute.js";
import type { FrameNode } from "../node.js";
import { readStream } from "../stream.js";
import { toRows } from "../values.js";
import { type Database, quoted, type Row } from "./database.js";
import { readUrl, withDatabase } from "./open.js";

/** What becomes of a table that is there already, and how the query runs. */
export interface WriteSQLOptions extends FrameComputeOptions {
  /** `fail`: an error; `replace`: it goes; `append`: it gets the rows beside its own. Default: `fail`. */
  readonly ifExists?: "fail" | "replace" | "append" | undefined;
}

/** Values of one statement: databases take some ten thousands. */
const MOST_VALUES = 8_000;

/** Writes rows into a table, all of them or none. */
export async function writeSQL(
  node: FrameNode,
  table: unknown,
  url: unknown,
  options: WriteSQLOptions,
): Promise<void> {
  if (typeof table !== "string" || table === "") throw invalid("the name of a table", "table", table);
  checkOptions(options, "options", [...FRAME_COMPUTE_OPTIONS, "ifExists"]);
  const { ifExists = "fail", ...request } = options;
  checkOneOf(ifExists, "options.ifExists", ["fail", "replace", "append"]);
  await withDatabase(readUrl(url), false, async (database) => {
    const created = createTable(database, table, node.columns);
    await database.execute("BEGIN");
    try {
      await makeRoom(database, table, ifExists, created);
      for await (const batch of computeBatches(node, request)) {
        const rows = toRows(await readStream(batch), node.columns);
        await insert(database, table, node.columns, rows);
      }
      await database.execute("COMMIT");
    } catch (error) {
      // Where even that fails the connection is lost, and the database does it itself.
      await database.execute("ROLLBACK").catch(() => undefined);
      throw error;
    }
  });
}

function createTable(database: Database, table: string, columns: readonly Column[]): string {
  const described = columns.map(({ name, type }) => {
    const typeName = database.typeName(type);
    if (typeName !== undefined) return `${quoted(name)} ${typeName}`;
    throw new BrambleError(
      "SCHEMA_MISMATCH",
      `The database has no type for ${name}, which is ${formatType(type)}: \`cast\` or \`drop\` it`,
    );
  });
  return `CREATE TABLE ${quoted(table)} (${described.join(", ")})`;
}

async function makeRoom(database: Database, table: string, ifExists: string, created: string): Promise<void> {
  const isThere = await database.hasTable(table);
  if (isThere && ifExists === "fail")
    throw new BrambleError(
      "FILE_EXISTS",
      `There is a table ${table} already: say in \`ifExists\` what becomes of it`,
    );
  if (isThere && ifExists === "append") return;
  if (isThere) await database.execute(`DROP TABLE ${quoted(table)}`);
  await database.execute(created);
}

async function insert(
  database: Database,
  table: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  const most = Math.max(1, Math.floor(MOST_VALUES / columns.length));
  const names = columns.map(({ name }) => quoted(name)).join(", ");
  for (let from = 0; from < rows.length; from += most) {
    const some = rows.slice(from, from + most);
    const groups = some.map((_, row) => {
      const places = columns.map((_, column) => database.placeholder(row * columns.length + column + 1));
      return `(${places.join(", ")})`;
    });
    const values = some.flatMap((row) =>
      columns.map(({ name, type }) => database.toValue(row[name] ?? null, type)),
    );
    await database.execute(`INSERT INTO ${quoted(table)} (${names}) VALUES ${groups.join(", ")}`, values);
  }
}
