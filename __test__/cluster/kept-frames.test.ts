import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, col, type DataFrame, dataframe, persist } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, useSmallCluster } from "../support/small-cluster.js";

/** Rows in six pieces. */
function made(): DataFrame {
  const x = Float64Array.from({ length: 60 }, (_, n) => (n * 7) % 60);
  return dataframe.fromMap({ x, g: x.map((value) => value % 5) }).repartition(6) as DataFrame;
}

const numbers = Array.from({ length: 60 }, (_, n) => ({ x: (n * 7) % 60, g: ((n * 7) % 60) % 5 }));

describe("data frames that are kept on a cluster", () => {
  const small = useSmallCluster();

  it("stay on the workers in pieces, where queries read them", async () => {
    const before = (await small.client.status()).tasks.memory;
    const kept = await made().persist();
    expect((await small.client.status()).tasks.memory).toBeGreaterThanOrEqual(before + 6);
    expect(kept.npartitions).toBe(6);
    expect(kept.columns).toEqual(["x", "g"]);
    expect(await kept.toRecords()).toEqual(numbers);
    const sums = kept.groupBy("g").agg(col("x").sum()).sort("g");
    expect(await sums.toRecords()).toEqual(
      [0, 1, 2, 3, 4].map((g) => ({
        g,
        x: numbers.filter((row) => row.g === g).reduce((s, { x }) => s + x, 0),
      })),
    );
    expect(await kept.sort("x").head(2).toRecords()).toEqual([
      { x: 0, g: 0 },
      { x: 1, g: 1 },
    ]);
    expect(await kept.len()).toBe(60);
    const joined = kept.join(kept.filter(col("x").lt(3)), { on: "x" });
    expect(await joined.len()).toBe(3);
    expect(kept.explain()).toContain("6 pieces");
  });

  it("keep their order, and are made once", async () => {
    const chance = dataframe
      .fromMap({ x: Float64Array.of(1, 2, 3, 4) })
      .repartition(2)
      .mapPartitions(() => ({ chance: [Math.random(), Math.random()] }), { schema: { chance: "f64" } });
    const kept = await chance.persist();
    expect(await kept.toRecords()).toEqual(await kept.toRecords());
    const divided = await made().setIndex("x").computeDivisions();
    const sorted = await divided.persist();
    expect(sorted.divisions).toEqual(divided.divisions);
    expect((await sorted.loc(10, 12).toRecords()).map(({ x }) => x)).toEqual([10, 11, 12]);
  });

  it("are kept together with other collections, and once more", async () => {
    const [kept] = await persist(made());
    const again = await kept.filter(col("g").eq(1)).persist();
    expect(await again.len()).toBe(12);
    expect(await (await again.persist()).len()).toBe(12);
  });

  it("are read there alone", async () => {
    const kept = await made().persist();
    await expectRejection(kept.compute({ scheduler: "threads" }), "INVALID_ARGUMENT", "kept on a cluster");
    const other = await Client.connect(small.cluster, { ...PATIENCE, setAsDefault: false });
    const [theirs] = await other.persist(made());
    other.close();
    await expectRejection(theirs.compute(), "CANCELLED", "until the client that had it was closed");
  });

  it("are published under a name, for other clients, also when the first has left", async () => {
    const first = await Client.connect(small.cluster, { ...PATIENCE, setAsDefault: false });
    const sorted = made().setIndex("x");
    await first.publishDataset("rows", sorted);
    first.close();
    expect(await small.client.listDatasets()).toContain("rows");
    const rows = await small.client.getDataset<DataFrame>("rows");
    expect(rows.columns).toEqual(["x", "g"]);
    expect((await rows.toRecords()).map((row) => (row as { x: number }).x)).toEqual(
      Array.from({ length: 60 }, (_, n) => n),
    );
    await small.client.unpublishDataset("rows");
    await expectRejection(small.client.getDataset("rows"), "INVALID_ARGUMENT", "rows");
  });

  it("are written into files by any name, and nothing else is left", async () => {
    const folder = await mkdtemp(join(tmpdir(), "bramble-test-"));
    try {
      await made().toCSV(`${folder}/rows/.x-*.csv`);
      expect((await readdir(join(folder, "rows"))).toSorted()).toEqual(
        [0, 1, 2, 3, 4, 5].map((piece) => `.x-0000${piece}.csv`),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("become delayed values and bags of the pieces", async () => {
    const frame = made();
    const tables = await frame.toDelayed();
    expect(tables).toHaveLength(6);
    const counts = tables.map((table) => table.get("numRows"));
    expect(await Promise.all(counts.map(async (count) => await count.compute()))).toEqual(Array(6).fill(10));
    const items = await frame.toBag();
    expect(items.npartitions).toBe(6);
    expect(await items.map((record) => record["x"]).compute()).toEqual(numbers.map(({ x }) => x));
  });
});
