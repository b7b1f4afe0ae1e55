// Writes a data frame to SQLite and to PostgreSQL (PGlite: PostgreSQL's own code, behind a socket) and reads it back.
//
//   cd PACKAGES && node sql.mjs FOLDER

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { dataframe } from "bramble";
import { records, ROWS, SCHEMA } from "./records.mjs";

const [folder] = process.argv.slice(2);
const here = createRequire(join(process.cwd(), "package.json"));
const load = async (name) => await import(pathToFileURL(here.resolve(name)).href);

const TABLE = 'my "table"';
const QUOTED = '"my ""table"""';
const schema = { ...SCHEMA, raw: "binary" };
const rows = records.map((record, row) => ({ ...record, raw: new Uint8Array([row & 255, 7]) }));
const frame = dataframe.fromRecords(rows, { schema });

async function check(url, itsTypes) {
  await frame.toSQL(TABLE, url);
  await assert.rejects(frame.toSQL(TABLE, url), { code: "FILE_EXISTS" });
  const found = await dataframe.readSQL(TABLE, url);
  assert.deepEqual(found.schema, { ...schema, ...itsTypes });

  const pieces = await dataframe.readSQL(TABLE, url, { schema, key: "id", npartitions: 7 });
  assert.equal(pieces.npartitions, 7);
  assert.deepEqual(await pieces.sort("day").toRecords(), rows);
  const ids = (await pieces.select("id").toRecords()).map(({ id }) => id);
  const numbers = rows.map(({ id }) => id).filter((id) => id !== null);
  assert.deepEqual(ids, [...numbers, ...Array(ROWS - numbers.length).fill(null)]);

  const sum = `SELECT sum(small) AS total FROM ${QUOTED} WHERE ok;`;
  const [{ total }] = await (await dataframe.readSQL(sum, url)).toRecords();
  assert.equal(Number(total), 24_500);
  const none = `SELECT * FROM ${QUOTED} WHERE small > 100`;
  assert.deepEqual(await (await dataframe.readSQL(none, url, { key: "id", npartitions: 4 })).toRecords(), []);

  await frame.head(10).toSQL(TABLE, url, { ifExists: "append" });
  const count = async () => {
    const [{ n }] = await (await dataframe.readSQL(`SELECT count(*) AS n FROM ${QUOTED}`, url)).toRecords();
    return Number(n);
  };
  assert.equal(await count(), 1010);
  const failing = frame.mapPartitions(() => {
    throw new Error("on purpose");
  });
  await assert.rejects(failing.toSQL(TABLE, url, { ifExists: "replace" }), /on purpose/);
  assert.equal(await count(), 1010, "what failed has changed nothing");
  await frame.head(3).toSQL(TABLE, url, { ifExists: "replace" });
  assert.equal(await count(), 3);

  await assert.rejects(dataframe.readSQL("nothing", url), { code: "INVALID_ARGUMENT" });
  await assert.rejects(dataframe.readSQL(TABLE, url, { key: "idd" }), { code: "COLUMN_NOT_FOUND" });
  const byName = { key: "name", npartitions: 2 };
  await assert.rejects(dataframe.readSQL(TABLE, url, byName), /column of numbers/);
  const lists = dataframe.fromRecords([{ a: [1, 2] }]);
  await assert.rejects(lists.toSQL("lists", url), { code: "SCHEMA_MISMATCH" });
}

await check(`sqlite:${join(folder, "test.db")}`, { ok: "i64", day: "str", at: "str", small: "i64" });
await assert.rejects(dataframe.readSQL("t", `sqlite:${join(folder, "none.db")}`), { code: "FILE_NOT_FOUND" });
const mixed = "SELECT 1 AS a UNION ALL SELECT 'text'";
await assert.rejects(dataframe.readSQL(mixed, `sqlite:${join(folder, "test.db")}`), {
  code: "SCHEMA_MISMATCH",
});

const { PGlite } = await load("@electric-sql/pglite");
const { PGLiteSocketServer } = await load("@electric-sql/pglite-socket");
const server = new PGLiteSocketServer({
  db: await PGlite.create(),
  host: "127.0.0.1",
  port: 0,
  maxConnections: 20,
});
await server.start();
const url = `postgres://postgres@127.0.0.1:${server.server.address().port}/postgres?sslmode=disable`;
await check(url, {});
await server.stop();
await assert.rejects(dataframe.readSQL("t", "postgres://127.0.0.1:1/none"), { code: "NETWORK" });
process.stdout.write("SQLite and PostgreSQL: written and read back\n");
process.exit(0);
