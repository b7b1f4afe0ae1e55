// nodejs-polars, with its own threads.
//
//   PEERS=FOLDER node nodejs-polars.mjs WORKLOAD PARAMETERS

import { createRequire } from "node:module";
import { join } from "node:path";
import { h2oaiOf } from "./nodejs-polars-h2oai.mjs";
import { serve } from "./serve.mjs";
import { smallTables } from "./small-tables.mjs";

const pl = createRequire(join(process.env.PEERS, "package.json"))("nodejs-polars");
const { col } = pl;
const first = (frame) => frame.row(0)[0];

const WORKLOADS = {
  "csv-group-mean":
    ({ csv }) =>
    async () => {
      const groups = pl.scanCSV(csv).groupBy("name").agg(col("x").mean()).sort("name");
      return Array.from((await groups.collect()).getColumn("x"));
    },
  "csv-filter-sum":
    ({ csv }) =>
    async () =>
      first(await pl.scanCSV(csv).filter(col("x").gt(0)).select(col("y").sum()).collect()),
  "table-filter":
    ({ table, rows }) =>
    async () => {
      const few = pl.scanParquet(table).filter(col("key").lt(rows / 1000));
      return first(await few.select(col("x").sum()).collect());
    },
  "table-join":
    ({ table, keys }) =>
    async () => {
      const joined = pl.scanParquet(table).join(pl.scanParquet(keys), { on: "key" });
      return first(await joined.select(col("x").mul(col("value")).sum()).collect());
    },
  "table-groups":
    ({ table }) =>
    async () => {
      const groups = pl.scanParquet(table).groupBy("key").agg(col("x").sum());
      return first(await groups.select(col("x").max()).collect());
    },
  "table-sort":
    ({ table }) =>
    async () => {
      const sorted = pl.scanParquet(table).sort("x");
      return first(await sorted.select(col("y").diff(1, "ignore").abs().sum()).collect());
    },
  "small-filter": small((rows) => rows.filter(col("x").gt(0.5).and(col("y").lt(0.5))).select(col("y").sum())),
  "small-derive": small((rows) => {
    const z = col("x").mul(2).plus(col("y")).mul(col("x"));
    return rows.withColumns(z.alias("z")).select(col("z").sum());
  }),
  "small-groups": small((rows) => {
    const groups = rows.groupBy("key").agg(col("x").sum(), col("y").mean());
    return groups.select(col("x").max(), col("y").max());
  }),
  "small-join": small((rows, keys) =>
    rows.join(keys, { on: "key" }).select(col("x").mul(col("value")).sum()),
  ),
  h2oai: ({ question, ...given }) => h2oaiOf(pl)(question, given),
};

/** A query of one row about tables in memory. */
function small(query) {
  return (sizes) => {
    const { rows, keys } = smallTables(sizes);
    const tables = [pl.DataFrame(rows), pl.DataFrame(keys)];
    return async () => Array.from((await query(...tables.map((table) => table.lazy())).collect()).row(0));
  };
}

const [workload, parameters] = process.argv.slice(2);
// Some say what tells whether their answer is right.
await serve(...[WORKLOADS[workload](JSON.parse(parameters))].flat());
