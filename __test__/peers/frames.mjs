// Writes data frames in every format for `frames.py`, or reads what that has written. Row `i` has `i * 7 - 100` as `id`, null
// where `i % 50` is 49, and so on: both sides make the same rows by rule.
//
//   node frames.mjs write FOLDER
//   node frames.mjs read FOLDER

import assert from "node:assert/strict";
import { join } from "node:path";
import { dataframe } from "bramble";

const [what, folder] = process.argv.slice(2);
const ROWS = 1000;
const SCHEMA = {
  id: "i64",
  name: "str",
  x: "f64",
  ok: "bool",
  day: "date",
  at: "datetime",
  small: "i16",
  half: "f32",
};
const records = Array.from({ length: ROWS }, (_, row) => ({
  id: row % 50 === 49 ? null : BigInt(row * 7 - 100),
  name: row % 3 === 0 ? null : `n"${row},\né`,
  x: row % 5 === 0 ? null : row / 7,
  ok: row % 2 === 0,
  day: new Date(Date.UTC(2024, 0, 1 + row)),
  at: new Date(1.7e12 + row * 1001),
  small: row % 100,
  half: row / 2,
}));

if (what === "write") await write();
else await read();

async function write() {
  const frame = dataframe.fromRecords(records, { schema: SCHEMA });
  await frame.toParquet(join(folder, "one.parquet"));
  await frame.repartition({ npartitions: 3 }).toParquet(join(folder, "several"));
  for (const compression of ["zstd", "snappy", "gzip", "lz4", "none"])
    await frame.toParquet(join(folder, `${compression}.parquet`), { compression });
  await frame.toParquet(join(folder, "hive"), { partitionBy: ["small"] });
  await frame.toIPC(join(folder, "one.arrow"));
  await frame.toCSV(join(folder, "one.csv"));
  await frame.toJSONLines(join(folder, "one.jsonl"));
  await frame.head(0).toParquet(join(folder, "empty.parquet"));
}

async function read() {
  const types = Object.fromEntries(
    Object.entries(SCHEMA).filter(([name]) => name !== "day" && name !== "at"),
  );
  const text = { types, parseDates: true };
  const files = {
    "pandas.parquet": dataframe.readParquet(join(folder, "pandas.parquet")),
    "pyarrow.parquet": dataframe.readParquet(join(folder, "pyarrow.parquet")),
    "pyarrow-hive": dataframe.readParquet(join(folder, "pyarrow-hive"), { hive: true }),
    "pandas.feather": dataframe.readIPC(join(folder, "pandas.feather")),
    "pandas.csv.gz": dataframe.readCSV(join(folder, "pandas.csv.gz"), text),
    "pandas.jsonl": dataframe.readJSONLines(join(folder, "pandas.jsonl")),
  };
  for (const [name, frame] of Object.entries(files)) {
    const rows = await frame.sort("order").toRecords();
    assert.equal(rows.length, ROWS, name);
    for (const [row, found] of rows.entries())
      assert.deepEqual(known(found), known({ order: row, ...records[row] }), `${name}, row ${row}`);
  }
  process.stdout.write(`${Object.keys(files).length} files of pandas and pyarrow read\n`);
}

/**
 * A row without what formats have no type of their own for: dates in JSON are text, integers have any width, and pandas
 * writes 15 digits of a float there.
 */
function known({ order, id, name, x, ok, day, at, small, half }) {
  const moment = (value) =>
    (value instanceof Date ? value : new Date(/Z|\+/.test(value) ? value : `${value}Z`)).getTime();
  const digits = typeof x === "number" ? Number(x.toPrecision(14)) : null;
  return [order, id, name, digits, ok, moment(day), moment(at), small, half].map((value) =>
    typeof value === "bigint" ? Number(value) : (value ?? null),
  );
}
