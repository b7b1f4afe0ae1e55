import { join } from "node:path";
import { Client, col, type DataFrame, dataframe, len, LocalCluster } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { computePieces } from "../../dist/dataframe/pieces/run.js";
import { temporaryFolder } from "../support/frames.js";
import { PATIENCE } from "../support/small-cluster.js";

const folder = temporaryFolder();
const MEMORY = 8 * 2 ** 20;
const ROWS = 120_000;

/** Many groups of few rows, in no order. Sums of these numbers are exact in any order. */
function rowsOf(count: number): DataFrame {
  const k = Int32Array.from({ length: count }, (_, row) => (row * 7919) % (ROWS / 3));
  const x = Float64Array.from({ length: count }, (_, row) => row % 1024);
  return dataframe.fromMap({ k, x, y: x, z: k }) as DataFrame;
}

const QUERIES: Readonly<Record<string, (rows: DataFrame, others: DataFrame) => DataFrame>> = {
  groups: (rows) => rows.groupBy("k").agg(col("x").sum(), col("y").mean(), len().alias("n")),
  sort: (rows) => rows.sort(["x", "k"]),
  join: (rows, others) => rows.join(others.rename({ x: "w" }), { on: "k" }).select("k", "x", "w"),
  index: (rows) => rows.setIndex("k", { npartitions: 20 }),
};

/** What tells whether rows are the same in the same order, in a few numbers. */
function summaryOf(rows: DataFrame): DataFrame {
  const columns = rows.columns.flatMap((name) => [
    col(name).sum().alias(`${name} in all`),
    col(name).first().alias(`${name} first`),
    col(name).last().alias(`${name} last`),
    col(name).diff().abs().sum().alias(`${name} apart`),
  ]);
  return rows.select(len().alias("rows"), ...columns);
}

describe("workers with little memory", () => {
  const small = {} as { cluster: LocalCluster; client: Client };
  beforeAll(async () => {
    small.cluster = await LocalCluster.start({ workers: 2, memoryLimit: MEMORY });
    small.client = await Client.connect(small.cluster, PATIENCE);
    await small.client.waitForWorkers(2, PATIENCE);
    await rowsOf(ROWS).toCSV(join(folder, "rows.csv"), { scheduler: "threads" });
    await rowsOf(ROWS).toParquet(join(folder, "rows.parquet"), { scheduler: "threads" });
    await rowsOf(ROWS / 3).toParquet(join(folder, "others.parquet"), { scheduler: "threads" });
  });
  afterAll(async () => {
    small.client?.close();
    await small.cluster?.close();
  });

  for (const format of ["CSV", "Parquet"] as const)
    it.each(Object.keys(QUERIES))(`have rows of ${format} larger than that change places: %s`, async (name) => {
      const path = join(folder, `rows.${format.toLowerCase()}`);
      const rows = (format === "CSV" ? dataframe.readCSV(path) : dataframe.readParquet(path)) as DataFrame;
      const others = dataframe.readParquet(join(folder, "others.parquet")) as DataFrame;
      const query = (QUERIES[name] as (rows: DataFrame, others: DataFrame) => DataFrame)(rows, others);
      const pieces = await computePieces(query[FRAME], { scheduler: "distributed", engine: "memory" });
      // Nobody has all rows: each worker has room for less than half of them.
      const largest = Math.max(...pieces.map(({ byteLength }) => byteLength));
      const all = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
      expect(pieces.length).toBeGreaterThan(10);
      expect(largest).toBeLessThan(all / 10);
      const there = dataframe.concat(pieces.map((piece) => dataframe.fromArrow(piece))) as DataFrame;
      const here = { scheduler: "threads", engine: "memory" } as const;
      expect(await summaryOf(there).toRecords(here)).toEqual(await summaryOf(query).toRecords(here));
    });
});
