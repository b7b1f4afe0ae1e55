// nodejs-polars, with its own threads.
//
//   PEERS=FOLDER node nodejs-polars.mjs WORKLOAD PARAMETERS

import { createRequire } from "node:module";
import { join } from "node:path";
import { serve } from "./serve.mjs";

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
};

const [workload, parameters] = process.argv.slice(2);
await serve(WORKLOADS[workload](JSON.parse(parameters)));
