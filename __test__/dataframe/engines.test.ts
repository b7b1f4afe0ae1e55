import { col, type DataFrame, dataframe, len, when } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutAt, row, SCHEMA, temporaryFolder } from "../support/frames.js";

const folder = temporaryFolder();
let files = 0;

/** Queries whose answers have one order, whatever executes them. */
const QUERIES: Readonly<Record<string, (frame: DataFrame) => DataFrame>> = {
  filter: (frame) => frame.filter(col("x").gt(0)).select("g", col("x").multiply(2)),
  groupBy: (frame) =>
    frame.groupBy("g").agg(col("x").sum(), col("y").mean(), len().alias("n"), col("y").max().alias("top")),
  sort: (frame) => frame.sort(["y", "x"], { descending: [true, false], nullsLast: true }),
  top: (frame) => frame.topK(3, "x").select("x"),
  unique: (frame) => frame.unique("g"),
  join: (frame) => frame.join(frame.groupBy("g").agg(col("x").max().alias("top")), { on: "g", how: "left" }),
  running: (frame) => frame.select(col("x").cumSum(), col("x").shift(1).alias("before")),
  window: (frame) => frame.withColumns(col("x").sum().over("g").alias("total")),
  cases: (frame) => frame.select(when(col("x").lt(0)).then(col("y")).otherwise(0)),
  slice: (frame) => frame.slice(2, 5),
  unpivot: (frame) => frame.unpivot({ on: ["x", "y"], index: "g" }),
};

describe("however rows are executed and cut into files, a query gives the same", () => {
  for (const [name, query] of Object.entries(QUERIES)) {
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { maxLength: 40 }),
          fc.array(fc.nat(40), { maxLength: 4 }),
          async (rows, cuts) => {
            const frame = dataframe.fromRecords(rows, { schema: SCHEMA });
            const expected = await query(frame as DataFrame).toRecords();
            const parts = cutAt(rows, cuts).map((piece) => dataframe.fromRecords(piece, { schema: SCHEMA }));
            const together = dataframe.concat(parts as DataFrame[]);
            expect(await query(together).toRecords()).toEqual(expected);
            expect(await query(together).toRecords({ engine: "streaming" })).toEqual(expected);
            const path = `${folder}/${files++}`;
            await frame.repartition(Math.max(1, cuts.length)).toParquet(`${path}/`);
            expect(await query(dataframe.readParquet(path)).toRecords()).toEqual(expected);
          },
        ),
        { numRuns: 15 },
      );
    });
  }
});
