import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Table } from "apache-arrow";
import { type Callbacks, col, type DataFrame, dataframe, when, withCallbacks } from "bramble";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/frames.js";
import { useSmallCluster } from "../support/small-cluster.js";

const folder = temporaryFolder();
const here = { scheduler: "threads" } as const;

describe("functions of rows on a cluster", () => {
  useSmallCluster();

  it("get pieces as the cluster has them", async () => {
    const rows = numbers(1000);
    const some = rows.repartition(4).filter(col("x").ge(500)) as DataFrame;
    const sizes = some.mapPartitions((table) => ({ rows: [table.numRows] }), { schema: { rows: "i32" } });
    const pieces = await some.toDelayed();
    const tables = await Promise.all(pieces.map(async (piece) => await piece.compute()));
    // Pieces come of the rows of before the filter: nobody gathered those that it left and cut them anew.
    expect(tables.map(({ numRows }: Table) => numRows)).toEqual([0, 0, 250, 250]);
    expect(await sizes.toRecords()).toEqual([0, 0, 250, 250].map((size) => ({ rows: size })));
    const third = some.partitions([2, 2]);
    expect(await third.len()).toBe(500);
    const batches: number[] = [];
    for await (const { numRows } of some.batches()) batches.push(numRows);
    expect(batches).toEqual([0, 0, 250, 250]);
  });

  it("get as many pieces as there are to be", async () => {
    const groups = numbers(100).repartition(3).groupBy(col("x").modulo(6).alias("g")).agg(col("x").sum());
    const counted = groups.mapPartitions(
      (table, { partition, npartitions }) => ({
        partition: [partition],
        of: [npartitions],
        rows: [table.numRows],
      }),
      { schema: { partition: "i32", of: "i32", rows: "i32" } },
    );
    const expected = [0, 1, 2].map((partition) => ({ partition, of: 3, rows: 2 }));
    expect(await counted.toRecords()).toEqual(expected);
    expect(await counted.toRecords(here)).toEqual(expected);
    expect(await groups.toDelayed()).toHaveLength(3);
    const delayed = await counted.repartition(2).toDelayed();
    expect(delayed).toHaveLength(2);
  });

  it("come before and behind other steps, and behind each other", async () => {
    const doubled = numbers(60)
      .repartition(5)
      .mapPartitions((table) => ({ x: Float64Array.from(table.getChild("x") ?? [], (x) => 2 * Number(x)) }))
      .filter(col("x").ge(20));
    const query = doubled
      .join(
        doubled.mapPartitions((table) => table),
        { on: "x" },
      )
      .sort("x", { descending: true })
      .mapPartitions((table) => table.slice(0, 1)) as DataFrame;
    expect(await query.toRecords()).toEqual(await query.toRecords(here));
    expect(query.explain()).toContain("mapPartitions: 5 pieces, 10 calls");
  });

  it("that throw, or give what was not announced, say so", async () => {
    const rows = numbers(10).repartition(2);
    const wrong = rows.mapPartitions(() => [{ y: 1 }]);
    await expect(wrong.toRecords()).rejects.toMatchObject({ code: "WRONG_RESULT" });
    const failing = rows.mapPartitions(() => {
      throw new RangeError("no such rows");
    });
    await expect(failing.toRecords()).rejects.toThrow("no such rows");
  });

  it("of groups get all rows of each, in the order of one machine", async () => {
    const rows = numbers(500)
      .withColumns(col("x").multiply(7).modulo(13).alias("g"), col("x").modulo(5).alias("h"))
      .repartition(6) as DataFrame;
    const withNull = rows.withColumns(
      when(col("g").eq(4)).then(null).otherwise(col("g")).alias("g"),
    ) as DataFrame;
    for (const frame of [rows, withNull]) {
      const sums = frame.groupBy(["g", "h"]).apply(
        (table) => {
          const [g, h, xs] = ["g", "h", "x"].map((name) => [...(table.getChild(name) ?? [])] as number[]);
          if (h?.[0] === 3) return [];
          return (xs ?? [])
            .slice(0, 2)
            .map((x) => ({ g: g?.[0] ?? -1, h: h?.[0] ?? -1, x, rows: table.numRows }));
        },
        { schema: { g: "f64", h: "f64", x: "f64", rows: "i32" } },
      );
      expect(await sums.toRecords()).toEqual(await sums.toRecords(here));
      const disk = { scheduler: "threads", engine: "disk" } as const;
      expect(await sums.toRecords(disk)).toEqual(await sums.toRecords(here));
    }
    const none = rows
      .head(0)
      .groupBy("g")
      .apply((table) => table);
    expect(await none.len()).toBe(0);
    // Such keys are of all rows, so that one call has them.
    const ranked = rows.groupBy(col("x").rank().gt(250)).apply((table) => table.slice(0, 2)) as DataFrame;
    expect(await ranked.toRecords()).toEqual(await ranked.toRecords(here));
  });

  it("write pieces into the folders of their values", async () => {
    const rows = numbers(100)
      .repartition(3)
      .withColumns(col("x").modulo(4).cast("i32").alias("four")) as DataFrame;
    for (const options of [{ scheduler: "distributed" }, { scheduler: "threads", engine: "disk" }] as const) {
      const path = join(folder, `hive-${options.scheduler}`);
      await rows.toParquet(path, { partitionBy: "four", writeMetadataFile: true, ...options });
      expect(readdirSync(path).toSorted()).toEqual([
        "_metadata",
        ...[0, 1, 2, 3].map((four) => `four=${four}`),
      ]);
      const files = [0, 1, 2].map((piece) => `part-0000${piece}.parquet`);
      expect(readdirSync(join(path, "four=2")).toSorted()).toEqual(files);
      const again = dataframe.readParquet(path) as DataFrame;
      const read = await again.select(col("x"), col("four").cast("i32")).toRecords(here);
      expect(read).toEqual(await rows.sort("four").toRecords(here));
    }
  });

  it("take delayed values where these are", async () => {
    const lines = join(folder, "lines");
    mkdirSync(lines);
    for (const part of [0, 1, 2]) writeFileSync(join(lines, `${part}.csv`), `a\n${part}\n${part + 10}\n`);
    const parts = await dataframe.readCSV(join(lines, "*.csv")).toDelayed();
    const frame = dataframe.fromDelayed(parts, { schema: { a: "i64" } });
    const sizes = frame.mapPartitions((table) => ({ rows: [table.numRows] }), { schema: { rows: "i32" } });
    // Values come here as results of computations: each query is one, from the values to what was asked for.
    const runs: string[][] = [];
    const callbacks: Callbacks = {
      start: () => runs.push([]),
      posttask: ({ label }) => runs.at(-1)?.push(label),
    };
    await withCallbacks(callbacks, async () => {
      expect(await frame.select(col("a").sum()).toRecords()).toEqual([{ a: 36n }]);
      expect(await sizes.toRecords()).toEqual([{ rows: 2 }, { rows: 2 }, { rows: 2 }]);
    });
    const each = (...labels: readonly string[]): string[] => labels.flatMap((label) => [label, label, label]);
    expect(runs.map((labels) => labels.toSorted())).toEqual([
      [...each("runPiece"), "runPiece", ...each("tableOfPiece", "takePartition")],
      each("callPartition", "tableOfPiece", "takePartition"),
    ]);
  });
});

/** The numbers below one. */
function numbers(count: number): DataFrame<{ x: "f64" }> {
  return dataframe.fromMap({ x: Float64Array.from({ length: count }, (_, row) => row) });
}
