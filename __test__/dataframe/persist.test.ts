import { readdirSync } from "node:fs";
import { join } from "node:path";
import { col, compute, type DataFrame, dataframe, len } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { columnsOf, temporaryFolder } from "../support/frames.js";
import { useSmallCluster } from "../support/small-cluster.js";

const folder = temporaryFolder();
const rows = dataframe.fromMap({
  n: Array.from({ length: 1000 }, (_, row) => row),
  k: Array.from({ length: 1000 }, (_, row) => (row % 9 === 0 ? null : `ü${row % 5}`)),
}) as DataFrame;

/** Queries of a frame, and what they give. */
const QUERIES: Readonly<Record<string, (of: DataFrame) => DataFrame>> = {
  rows: (of) => of,
  filter: (of) => of.filter(col("n").lt(10)),
  groups: (of) => of.groupBy("k").agg(col("n").sum(), len().alias("count")).sort("k"),
  "join with itself": (of) => of.join(of.select("n"), { on: "n" }).sort("n"),
  concat: (of) => dataframe.concat([of.head(3), of.tail(2)]) as DataFrame,
  sort: (of) => of.sort("n", { descending: true }).head(7),
  count: (of) => of.select(len().alias("rows")),
};

describe("rows that were computed and are kept", () => {
  it.each(Object.entries(QUERIES))("are read by other queries: %s", async (_, query) => {
    const kept = await rows.withColumns(col("n").multiply(2).alias("twice")).persist();
    const expected = await columnsOf(query(rows.withColumns(col("n").multiply(2).alias("twice"))));
    for (const engine of ["memory", "streaming", "disk"] as const)
      expect(await query(kept).toRecords({ engine })).toEqual(
        await query(rows.withColumns(col("n").multiply(2).alias("twice"))).toRecords({ engine }),
      );
    expect(await columnsOf(query(await kept.repartition(3).persist()))).toEqual(expected);
    expect(await columnsOf(await query(kept).persist())).toEqual(expected);
  });

  it("are explained, drawn, written, and given away in pieces", async () => {
    const kept = await rows.repartition(3).persist();
    expect(kept.filter(col("n").lt(5)).explain()).toContain("DF");
    await kept.toParquet(join(folder, "kept/"));
    expect(readdirSync(join(folder, "kept"))).toHaveLength(3);
    expect(await (dataframe.readParquet(join(folder, "kept")) as DataFrame).toRecords()).toEqual(
      await rows.toRecords(),
    );
    const tables = await compute(...(await kept.toDelayed()));
    expect(tables.map(({ numRows }) => numRows)).toEqual([333, 333, 334]);
    const batches: number[] = [];
    for await (const { numRows } of kept.batches()) batches.push(numRows);
    expect(batches).toEqual([333, 333, 334]);
    const counts = kept.mapPartitions((table) => ({ rows: [table.numRows] }), { schema: { rows: "u32" } });
    expect(await columnsOf(counts as DataFrame)).toEqual({ rows: [333, 333, 334] });
  });

  it("may be none", async () => {
    const none = await rows.filter(col("n").lt(0)).persist();
    expect(await none.len()).toBe(0);
    expect((await none.groupBy("k").agg(col("n").sum()).persist()).columns).toEqual(["k", "n"]);
  });

  it("are not kept where a query fails", async () => {
    const failing = rows.select(col("k").cast("i64"));
    await expectRejection(failing.persist(), "SCHEMA_MISMATCH", "i64");
  });
});

describe("a cluster that comes later", () => {
  const kept = rows.persist({ scheduler: "threads" });
  useSmallCluster();

  it.each(Object.entries(QUERIES))("reads them too: %s", async (_, query) => {
    const expected = await query(rows).toRecords({ scheduler: "threads" });
    expect(await query(await kept).toRecords({ scheduler: "distributed" })).toEqual(expected);
    const there = await query(await kept).persist();
    expect(await there.toRecords()).toEqual(expected);
  });
});
