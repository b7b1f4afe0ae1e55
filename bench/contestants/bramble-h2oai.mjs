// The questions of h2oai's db-benchmark as Bramble's users write them.

import { col, corr, dataframe, len } from "bramble";

/** About groups, whose order nobody asks for. */
const GROUPS = {
  "groups-1": (x) => by(x, "id1").agg(col("v1").sum()),
  "groups-2": (x) => by(x, "id1", "id2").agg(col("v1").sum()),
  "groups-3": (x) => by(x, "id3").agg(col("v1").sum(), col("v3").mean()),
  "groups-4": (x) => by(x, "id4").agg(col("v1").mean(), col("v2").mean(), col("v3").mean()),
  "groups-5": (x) => by(x, "id6").agg(col("v1").sum(), col("v2").sum(), col("v3").sum()),
  "groups-6": (x) => by(x, "id4", "id5").agg(col("v3").median().alias("median"), col("v3").std().alias("sd")),
  "groups-7": (x) => by(x, "id3").agg(col("v1").max().minus(col("v2").min()).alias("range")),
  "groups-8": (x) => by(x, "id6").agg(col("v3").topK(2)).explode("v3"),
  "groups-9": (x) => by(x, "id2", "id4").agg(corr("v1", "v2").power(2).alias("r2")),
  "groups-10": (x) =>
    by(x, "id1", "id2", "id3", "id4", "id5", "id6").agg(col("v3").sum(), len().alias("count")),
};

/** About joins, with the table that is on the right. */
const JOINS = {
  "join-1": ["small", (x, right) => x.join(right, { on: "id1" })],
  "join-2": ["medium", (x, right) => x.join(right, { on: "id2" })],
  "join-3": ["medium", (x, right) => x.join(right, { on: "id2", how: "left" })],
  "join-4": ["medium", (x, right) => x.join(right, { on: "id5" })],
  "join-5": ["big", (x, right) => x.join(right, { on: "id3" })],
};

function by(x, ...keys) {
  return x.groupBy(...keys).ordered(false);
}

/**
 * A question about tables in memory. The answer is there as the tables are: for other queries.
 *
 * @param {string} name
 * @param {{ tables: Record<string, string>, checked: string[] }} parameters
 * @returns {Promise<[work: () => Promise<object>, check: (answer: object) => Promise<number[]>]>}
 */
export async function h2oai(name, { tables, checked }) {
  const load = (table) => dataframe.readParquet(tables[table]).persist();
  const check = async (answer) => {
    const sums = await answer
      .select(len().alias("rows"), ...checked.map((column) => col(column).sum()))
      .compute();
    return ["rows", ...checked].map((column) => Number(sums.getChild(column).get(0)));
  };
  if (name in GROUPS) {
    const x = await load("groups");
    return [() => GROUPS[name](x).persist(), check];
  }
  const [other, join] = JOINS[name];
  const [x, right] = [await load("x"), await load(other)];
  return [() => join(x, right).persist(), check];
}
