// Computes a handful of data frames and prints their rows, for a comparison between machines.
//
//   node __test__/pi/frames.mjs

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, bag, col, dataframe, delayed } from "bramble";

const folder = mkdtempSync(join(tmpdir(), "bramble-frames-"));
const file = (name) => join(folder, name);
const names = ["Ann", "Bob", "Cleo", "Dora"];
const lines = Array.from(
  { length: 1000 },
  (_, row) => `${names[(row * 7) % 4]},${(row * 0.375) % 11},${row % 13},2026-0${1 + (row % 9)}-11`,
);
writeFileSync(file("people.csv"), `name,x,count,day\n${lines.join("\n")}\n`);

const people = dataframe.readCSV(file("people.csv"));
const means = people.groupBy("name").agg(col("x").mean()).sort("name");
const cities = dataframe.fromRecords([
  { name: "Ann", city: "Oslo" },
  { name: "Bob", city: "Bern" },
  { name: "Eve", city: "Rome" },
]);
const numbers = array.arange(12, { chunks: 5 }).reshape([6, 2]).divide(7);

/** What JSON has no word for. */
function plain(_, value) {
  return typeof value === "bigint" ? `${value}n` : value;
}

/** Writes, and gives what is read back. */
async function written(name, write, read) {
  await write(file(name));
  return read(file(name));
}

const answers = {
  "group by": () => means,
  "rows as they are": () => people,
  "filter and sort": () => people.filter(col("x").gt(9)).sort(["x", "name"]),
  statistics: () =>
    people.groupBy("count").agg(col("x").median().alias("median"), col("x").sum().alias("sum")).sort("count"),
  join: () =>
    people.join(cities, { on: "name", how: "inner" }).groupBy("city").agg(col("x").sum()).sort("city"),
  text: () => people.select(col("name").str.toUpperCase().alias("upper")).unique().sort("upper"),
  days: () => people.groupBy(col("day").str.slice(0, 7).alias("month")).agg(col("x").max()).sort("month"),
  "from an array": () => dataframe.fromArray(numbers, { columns: ["a", "b"] }),
  "from a bag": () =>
    dataframe.fromBag(bag.fromSequence([{ a: 1 }, { a: 2 }, { a: 3 }], { npartitions: 2 }), {
      schema: { a: "f64" },
    }),
  "from delayed values": () => {
    const part = delayed((n) => [{ n, half: n / 2 }]);
    return dataframe.fromDelayed([part(1), part(2)], { schema: { n: "f64", half: "f64" } });
  },
  Parquet: () => written("p.parquet", (to) => people.toParquet(to), dataframe.readParquet),
  CSV: () => written("p.csv", (to) => means.toCSV(to), dataframe.readCSV),
  "JSON lines": () => written("p.jsonl", (to) => means.toJSONLines(to), dataframe.readJSONLines),
};

try {
  for (const [title, make] of Object.entries(answers)) {
    const frame = await make();
    process.stdout.write(`${title}\t${JSON.stringify(await frame.toRecords(), plain)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
