import { Client, col, type DataFrame, dataframe, len, LocalCluster } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { computePieces } from "../../dist/dataframe/pieces/run.js";
import { recordsOf } from "../support/pieces.js";
import { PATIENCE } from "../support/small-cluster.js";

const ROWS = 40_000;

/** Many groups of few rows, in no order. Sums of these numbers are exact in any order. */
const k = Int32Array.from({ length: ROWS }, (_, row) => (row * 7919) % (ROWS / 4));
const rows = dataframe
  .fromMap({ k, x: Float64Array.from(k, (value) => value % 64), z: Int32Array.from(k, (_, row) => row) })
  .repartition(6) as DataFrame;

const QUERIES: Readonly<Record<string, DataFrame>> = {
  groups: rows.groupBy("k").agg(col("x").sum(), len().alias("n")),
  sort: rows.sort(["x", "z"]),
};

describe("workers with little memory", () => {
  const small = {} as { cluster: LocalCluster; client: Client };
  beforeAll(async () => {
    // Of which the blocks of each have a quarter.
    small.cluster = await LocalCluster.start({ workers: 2, memoryLimit: "1MiB" });
    small.client = await Client.connect(small.cluster, PATIENCE);
    await small.client.waitForWorkers(2, PATIENCE);
  });
  afterAll(async () => {
    small.client?.close();
    await small.cluster?.close();
  });

  it.each(Object.keys(QUERIES))("have rows change places, however few there are: %s", async (name) => {
    const query = QUERIES[name] as DataFrame;
    const pieces = await computePieces(query[FRAME], { scheduler: "distributed", engine: "memory" });
    expect(pieces).toHaveLength(6);
    expect(await recordsOf(pieces)).toEqual(await query.toRecords({ scheduler: "threads" }));
  });
});
