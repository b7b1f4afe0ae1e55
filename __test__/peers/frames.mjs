// Writes data frames in every format for `frames.py`, or reads what that has written.
//
//   node frames.mjs write FOLDER
//   node frames.mjs read FOLDER

import assert from "node:assert/strict";
import { join } from "node:path";
import { dataframe } from "bramble";
import { records, ROWS, SCHEMA } from "./records.mjs";

const [what, folder] = process.argv.slice(2);
const schema = { ...SCHEMA, half: "f32" };
const rows = records.map((record, row) => ({ ...record, half: row / 2 }));

if (what === "write") await write();
else await read();

async function write() {
  const frame = dataframe.fromRecords(rows, { schema });
  await frame.toParquet(join(folder, "one.parquet"));
  await frame.repartition({ npartitions: 3 }).toParquet(join(folder, "several"));
  for (const compression of ["zstd", "snappy", "gzip", "lz4", "none"])
    await frame.toParquet(join(folder, `${compression}.parquet`), { compression });
  await frame.toParquet(join(folder, "hive"), { partitionBy: ["small"] });
  await frame.toIPC(join(folder, "one.arrow"));
  await frame.toCSV(join(folder, "one.csv"));
  await frame.toJSONLines(join(folder, "one.jsonl"));
  await frame
    .repartition(3)
    .toParquet(join(folder, "with-metadata/"), { writeMetadataFile: true, rowGroupSize: 100 });
  await frame.toParquet(join(folder, "hive-with-metadata"), {
    partitionBy: "small",
    writeMetadataFile: true,
  });
  await frame.head(0).toParquet(join(folder, "empty.parquet"));
}

async function read() {
  const types = Object.fromEntries(
    Object.entries(schema).filter(([name]) => name !== "day" && name !== "at"),
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
    const found = await frame.sort("order").toRecords();
    assert.equal(found.length, ROWS, name);
    for (const [row, values] of found.entries())
      assert.deepEqual(known(values), known({ order: row, ...rows[row] }), `${name}, row ${row}`);
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
