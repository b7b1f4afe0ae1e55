import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as Bramble from "bramble";
import { all, col, type DataFrame, dataframe, len, lit, when } from "bramble";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type * as DataFrames from "../../dist/dataframe/data-frame.js";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import type * as Pieces from "../../dist/dataframe/pieces/run.js";
import { computePieces } from "../../dist/dataframe/pieces/run.js";
import { closeTo } from "../support/close.js";
import { openThread } from "../support/elsewhere.js";
import { cutAt, row, SCHEMA, temporaryFolder } from "../support/frames.js";

const folder = temporaryFolder();
let files = 0;

const groups = (frame: DataFrame): DataFrame => frame.groupBy("g").agg(col("x").max().alias("top"));

/** What stays in its piece, what is put together in a tree, and what needs all rows. */
const QUERIES: Readonly<Record<string, (frame: DataFrame) => DataFrame>> = {
  rows: (frame) => frame.filter(col("x").gt(0)).select("g", col("x").multiply(2)).rename({ g: "h" }),
  cases: (frame) => frame.withColumns(when(col("x").lt(0)).then(col("y")).otherwise(0).alias("z")),
  constants: (frame) => frame.select(lit(1).alias("one")),
  "constants beside columns": (frame) => frame.select("x", lit(1).alias("one")),
  "no nulls": (frame) => frame.dropNulls("x").drop("g"),
  "sums of groups": (frame) => frame.groupBy("g").agg(col("x").sum(), len().alias("n"), col("y").mean()),
  "all of groups": (frame) => frame.groupBy("g").agg(all().count(), all().first().prefix("first_")),
  "spread of groups": (frame) =>
    frame
      .groupBy("g")
      .agg(
        col("y").std().alias("std"),
        col("y").var({ ddof: 0 }).alias("var"),
        col("x").cast("f32").std().alias("single"),
        col("x").min().alias("min"),
        col("x").max().alias("max"),
        col("x").nullCount().alias("nulls"),
        col("y").last().alias("last"),
      ),
  "arithmetic of groups": (frame) =>
    frame.groupBy("g").agg(col("x").sum().div(len()).plus(col("y").max()).alias("z"), lit(7).alias("seven")),
  "by what is computed": (frame) => frame.groupBy(col("x").modulo(3).alias("rest")).agg(col("y").sum()),
  "medians of groups": (frame) => frame.groupBy("g").agg(col("x").median(), col("y").nUnique()),
  "groups of groups": (frame) => groups(frame).groupBy(col("top").gt(0).alias("plus")).len(),
  "sums of all": (frame) => frame.select(col("x").sum(), col("y").mean(), len().alias("n")),
  "spread of all": (frame) => frame.select(col("y").std(), col("x").var(), col("x").min().alias("min")),
  "first of all": (frame) => frame.filter(col("x").gt(0)).select(col("x").first(), col("y").last()),
  "filter by a mean": (frame) => frame.filter(col("x").gt(col("x").mean())),
  sort: (frame) => frame.sort(["y", "x", "g"], { descending: [true, false, false], nullsLast: true }),
  top: (frame) => frame.topK(3, "x").select("x"),
  "last of a sort": (frame) => frame.sort("x").tail(3).select("x"),
  head: (frame) => frame.head(4),
  tail: (frame) => frame.tail(4),
  slice: (frame) => frame.slice(2, 5),
  "slice from the end": (frame) => frame.slice(-6, 3),
  "slice to the end": (frame) => frame.slice(3),
  reverse: (frame) => frame.reverse(),
  index: (frame) => frame.withRowIndex("n", 5),
  unique: (frame) => frame.unique("g"),
  "unique, the last": (frame) => frame.unique("g", { keep: "last" }),
  "unique, alone": (frame) => frame.unique("g", { keep: "none" }),
  ...Object.fromEntries(
    (["inner", "left", "right", "full", "semi", "anti"] as const).map((how) => [
      `join ${how}`,
      (frame: DataFrame) => frame.join(groups(frame), { on: "g", how }),
    ]),
  ),
  cross: (frame) => frame.head(3).join(groups(frame), { how: "cross" }),
  twice: (frame) => dataframe.concat([frame.filter(col("x").gt(0)), frame.filter(col("x").le(0))]),
  "with others": (frame) =>
    dataframe.concat([frame, frame.select("x", lit(1).alias("q"))], { how: "relaxed" }),
  running: (frame) => frame.select(col("x").cumSum(), col("x").shift(1).alias("before")),
  window: (frame) => frame.withColumns(col("x").sum().over("g").alias("total")),
  counts: (frame) => frame.valueCounts("g").sort("g"),
  describe: (frame) => frame.describe(),
  long: (frame) => frame.unpivot({ index: "g" }),
};

describe("a query that is cut into pieces gives the same as a whole one", () => {
  for (const [name, query] of Object.entries(QUERIES)) {
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { maxLength: 40 }),
          fc.array(fc.nat(40), { maxLength: 12 }),
          async (rows, cuts) => {
            const frame = dataframe.fromRecords(rows, { schema: SCHEMA }) as DataFrame;
            const expected = await query(frame).toRecords();
            const parts = cutAt(rows, cuts).map((piece) => dataframe.fromRecords(piece, { schema: SCHEMA }));
            const together = dataframe.concat(parts as DataFrame[]);
            expect(await inPieces(query(together))).toEqual(closeTo(expected));
            // Rows change places however few there are.
            expect(await inPieces(query(together), 0)).toEqual(closeTo(expected));
          },
        ),
        { numRuns: 10 },
      );
    });
  }

  it("by way of files", async () => {
    const rows = fc.sample(row, { numRuns: 40, seed: 7 });
    const parts = cutAt(rows, [3, 3, 20, 38]).map((piece) =>
      dataframe.fromRecords(piece, { schema: SCHEMA }),
    );
    const together = dataframe.concat(parts as DataFrame[]);
    for (const [name, query] of Object.entries(QUERIES)) {
      const expected = await query(together).toRecords();
      expect(await inPieces(query(together), 0, true), name).toEqual(closeTo(expected));
    }
  });

  it("from files", async () => {
    const frame = dataframe.fromMap({ x: Float64Array.from({ length: 100 }, (_, index) => index) });
    const path = `${folder}/${files++}`;
    await frame.repartition(7).toParquet(`${path}/`);
    for (const read of [dataframe.readParquet(path), dataframe.readParquet(path).repartition(3)]) {
      expect(await inPieces(read.select(col("x").sum()))).toEqual([{ x: 4950 }]);
      expect(await inPieces(read)).toEqual(await frame.toRecords());
    }
  });

  it("from a part of a file each", async () => {
    const lines = Array.from({ length: 3000 }, (_, row) => `${row},"line\n${row % 7}"`);
    const path = join(folder, `${files++}.csv`);
    writeFileSync(path, `n,s\n${lines.join("\n")}\n`);
    const read = dataframe.readCSV(path) as DataFrame;
    expect(await piecesOf(read.repartition(11))).toHaveLength(11);
    expect(await inPieces(read.repartition(11))).toEqual(await read.toRecords());
    const groups = read.repartition(5).groupBy("s").agg(col("n").median());
    expect(await inPieces(groups, 0)).toEqual(await groups.toRecords());
    const parquet = join(folder, `${files++}.parquet`);
    await read.toParquet(parquet, { rowGroupSize: 200 });
    expect(await inPieces(dataframe.readParquet(parquet).repartition(7))).toEqual(await read.toRecords());
  });

  it.each([15, 16, 17])("dealt out to %i pieces", async (count) => {
    const x = Float64Array.from({ length: 1000 }, (_, row) => (row * 389) % 1000);
    const frame = dataframe.fromMap({ x, g: x.map((value) => value % 300) }).repartition(count) as DataFrame;
    const pieces = await piecesOf(frame.sort("x"), 0);
    expect(pieces).toHaveLength(count);
    expect(await inPieces(frame.sort("x"), 0)).toEqual(await frame.sort("x").toRecords());
    const medians = frame.groupBy("g").agg(col("x").median());
    expect(await inPieces(medians, 0)).toEqual(await medians.toRecords());
  });

  it.each([
    ["rise", (place: number): number => place],
    ["fall", (place: number): number => -place],
    ["come again and again", (place: number): number => place % 256],
  ])("in ranges of about the same size where values %s", async (_, valueAt) => {
    const [rows, count] = [20_000, 4];
    const places = Int32Array.from({ length: rows }, (__, place) => place);
    const frame = dataframe.fromMap({ x: Float64Array.from(places, valueAt), places }) as DataFrame;
    const path = join(folder, `${files++}.parquet`);
    await frame.toParquet(path, { rowGroupSize: 3000 });
    const expected = await frame.sort("x").toRecords();
    // What is read of files is read a second time for the sample, what is in memory is not.
    for (const source of [dataframe.readParquet(path), frame]) {
      const sorted = (source.repartition(count) as DataFrame).sort("x");
      const pieces = (await piecesOf(sorted, 0)).map((piece) => dataframe.fromArrow(piece));
      const lengths = await Promise.all(pieces.map(async (piece) => (await piece.compute()).numRows));
      expect(lengths).toHaveLength(count);
      expect(Math.max(...lengths)).toBeLessThan((1.25 * rows) / count);
      expect(await dataframe.concat(pieces).toRecords()).toEqual(expected);
    }
  });

  it("leave what several calls read whole, in a thread where it is not copied for them", async () => {
    const thread = openThread();
    onTestFinished(async () => thread.close());
    const dist = new URL("../../dist/", import.meta.url).href;
    const read = await thread.run(async (from: string) => {
      const { col: column, dataframe: frames } = (await import(`${from}index.js`)) as typeof Bramble;
      const keys = (await import(`${from}dataframe/data-frame.js`)) as typeof DataFrames;
      const { computePieces: compute } = (await import(`${from}dataframe/pieces/run.js`)) as typeof Pieces;
      const shared = frames.fromMap({ x: Float64Array.of(3, 1, 2) }).filter(column("x").lt(3));
      const both = frames.concat([shared, shared.select(column("x").multiply(10))]) as DataFrame;
      const pieces = await compute(both[keys.FRAME], { scheduler: "sync", engine: "memory" });
      return await frames.concat(pieces.map((piece) => frames.fromArrow(piece))).toRecords();
    }, dist);
    expect(read).toEqual([{ x: 1 }, { x: 2 }, { x: 10 }, { x: 20 }]);
  });

  it("in as many calls as there are pieces", async () => {
    const frame = dataframe.fromMap({ x: Float64Array.from({ length: 100 }, (_, index) => index) });
    const rows = await frame.repartition(9).persist();
    const kept = rows.filter(col("x").lt(50));
    expect(await piecesOf(kept)).toHaveLength(9);
    expect(await piecesOf(kept.select(col("x").mean()))).toHaveLength(1);
  });
});

async function piecesOf(
  frame: DataFrame,
  exchangeFrom?: number,
  disk = false,
): Promise<readonly Uint8Array[]> {
  return await computePieces(frame[FRAME], { scheduler: "sync", engine: "memory", exchangeFrom, disk });
}

async function inPieces(frame: DataFrame, exchangeFrom?: number, disk = false): Promise<object[]> {
  const pieces = (await piecesOf(frame, exchangeFrom, disk)).map((piece) => dataframe.fromArrow(piece));
  return await dataframe.concat(pieces).toRecords();
}
