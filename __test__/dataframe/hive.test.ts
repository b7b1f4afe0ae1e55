import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { col, dataframe } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { columnsOf, temporaryFolder } from "../support/frames.js";
import { useSmallCluster } from "../support/small-cluster.js";

const folder = temporaryFolder();
const NULL = "__HIVE_DEFAULT_PARTITION__";
const frame = dataframe.fromMap({
  year: new Int32Array([2023, 2024, 2023, 2024]),
  name: ["a/b", "c", "a/b", null],
  x: [1, 2, 3, 4],
});

/** Rows whose keys alternate, in an order of their own, with null among them. */
const many = dataframe.fromMap({
  k: Array.from({ length: 1000 }, (_, row) => [7, null, 3, 5][(row * row) % 7] ?? null),
  g: Array.from({ length: 1000 }, (_, row) => ["b", "a"][row % 3] ?? null),
  row: Int32Array.from({ length: 1000 }, (_, row) => row),
});

describe("folders by values", () => {
  it("have a file for each, and are columns when they are read", async () => {
    const path = join(folder, "out");
    await frame.toParquet(path, { partitionBy: ["year", "name"] });
    expect(readdirSync(path).sort()).toEqual(["year=2023", "year=2024"]);
    expect(readdirSync(join(path, "year=2023"))).toEqual(["name=a%2Fb"]);
    const rows = await dataframe.readParquet(path).sort("x").select("x", "year", "name").toRecords();
    expect(rows).toEqual([
      { x: 1n, year: 2023n, name: "a/b" },
      { x: 2n, year: 2024n, name: "c" },
      { x: 3n, year: 2023n, name: "a/b" },
      { x: 4n, year: 2024n, name: null },
    ]);
  });

  it("have the rows of their values, in the order of these", async () => {
    const path = join(folder, "many");
    await many.toParquet(path, { partitionBy: ["k", "g"] });
    const rows = (await many.toRecords()) as { k: bigint | null; g: string | null; row: number }[];
    const expected = new Map<string, number[]>();
    for (const { k, g, row } of rows) {
      const place = `k=${k ?? NULL}/g=${g ?? NULL}`;
      expected.set(place, [...(expected.get(place) ?? []), row]);
    }
    expect(expected.size).toBeGreaterThan(8);
    const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.map((file) => relative(path, file.parentPath)).sort()).toEqual([...expected.keys()].sort());
    for (const [place, numbers] of expected)
      expect(await columnsOf(dataframe.readParquet(join(path, place, "*.parquet")))).toEqual({
        row: numbers,
      });
  });

  it("are there as a whole or not at all", async () => {
    const path = join(folder, "whole");
    await frame.toParquet(path, { partitionBy: "year" });
    await expectRejection(frame.toParquet(path, { partitionBy: "year" }), "FILE_EXISTS", "overwrite");
    await frame.head(1).toParquet(path, { partitionBy: "year", overwrite: true });
    expect(readdirSync(path)).toEqual(["year=2023"]);
    const failing = frame.mapPartitions(() => {
      throw new Error("no rows");
    });
    const other = join(folder, "none");
    await expect(failing.toParquet(other, { partitionBy: "year", scheduler: "sync" })).rejects.toThrow(
      "no rows",
    );
    expect(existsSync(other)).toBe(false);
  });

  it("are of columns that are there, but not of all", async () => {
    const path = join(folder, "refused");
    await expectRejection(frame.toParquet(path, { partitionBy: "yaer" }), "COLUMN_NOT_FOUND", '"year"');
    await expectRejection(
      frame.toParquet(path, { partitionBy: ["year", "name", "x"] }),
      "INVALID_ARGUMENT",
      "not all",
    );
  });
});

describe("folders by values, in pieces too", () => {
  useSmallCluster();

  it("are columns of the type of all of them, however they are read", async () => {
    const path = join(folder, "nulls");
    await many.toParquet(path, { partitionBy: "k" });
    const found = dataframe.readParquet(path);
    expect(found.schema).toEqual({ g: "str", row: "i32", k: "i64" });
    const queries = [
      found.select("row", "k").sort("row"),
      found.filter(col("k").gt(1)).groupBy("k").agg(col("row").sum()).sort("k"),
      found.filter(col("k").isNull()).select("k", "row").sort("row"),
    ];
    for (const query of queries) {
      const expected = await query.toRecords({ scheduler: "threads" });
      expect(expected.length).toBeGreaterThan(1);
      for (const options of [{ engine: "streaming" }, { engine: "disk" }] as const)
        expect(await query.toRecords({ scheduler: "threads", ...options })).toEqual(expected);
      expect(await query.toRecords({ scheduler: "distributed" })).toEqual(expected);
    }
    const again = join(folder, "again");
    for (const options of [{ engine: "disk" }, { scheduler: "distributed" }] as const) {
      await found.toParquet(`${again}/`, { overwrite: true, ...options });
      expect(await columnsOf(dataframe.readParquet(again))).toEqual(await columnsOf(found));
    }
  });
});
