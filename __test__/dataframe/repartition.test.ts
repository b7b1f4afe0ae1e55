import { readdirSync } from "node:fs";
import { join } from "node:path";
import { col, type DataFrame, dataframe } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutAt, row, SCHEMA, temporaryFolder } from "../support/frames.js";
import { piecesOf, recordsOf } from "../support/pieces.js";

const folder = temporaryFolder();

/** Steps behind each of which rows may be wanted in other pieces. */
const STEPS: Readonly<Record<string, (frame: DataFrame) => DataFrame>> = {
  nothing: (frame) => frame,
  filter: (frame) => frame.filter(col("x").gt(0)),
  columns: (frame) => frame.withColumns(col("x").plus(1).alias("z")).select("z", "g").rename({ z: "x" }),
  sort: (frame) => frame.sort("x"),
  index: (frame) => frame.setIndex("x"),
  groups: (frame) => frame.groupBy("g").agg(col("x").sum()),
  head: (frame) => frame.head(9),
  join: (frame) => frame.join(frame.select("g", col("y").max().over("g").alias("top")).unique(), { on: "g" }),
};

async function sizesOf(pieces: readonly Uint8Array[]): Promise<number[]> {
  return await Promise.all(pieces.map((piece) => dataframe.fromArrow(piece).len({ scheduler: "threads" })));
}

describe("rows behind a step are in as many pieces as are wanted", () => {
  for (const [name, of] of Object.entries(STEPS)) {
    it(`behind ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { maxLength: 30 }),
          fc.array(fc.nat(30), { maxLength: 4 }),
          fc.integer({ min: 1, max: 9 }),
          async (rows, cuts, count) => {
            const parts = cutAt(rows, cuts).map((piece) => dataframe.fromRecords(piece, { schema: SCHEMA }));
            const query = of(dataframe.concat(parts as DataFrame[]));
            const again = query.repartition(count);
            const pieces = await piecesOf(again);
            expect(pieces).toHaveLength(count);
            expect(again.npartitions).toBe(count);
            const expected = await query.toRecords();
            expect(await recordsOf(pieces)).toEqual(expected);
            const filtered = again.filter(col("g").isNotNull());
            expect(await recordsOf(await piecesOf(filtered))).toEqual(
              await query.filter(col("g").isNotNull()).toRecords(),
            );
          },
        ),
        { numRuns: 10 },
      );
    });
  }

  it("of about the same size", async () => {
    const x = Float64Array.from({ length: 100 }, (_, place) => (place * 37) % 100);
    const sorted = dataframe.fromMap({ x }).sort("x").repartition(6);
    expect(await sizesOf(await piecesOf(sorted))).toEqual([17, 17, 16, 17, 17, 16]);
    expect(await sizesOf(await piecesOf(dataframe.fromMap({ x }).setIndex("x", { npartitions: 4 })))).toEqual(
      [25, 25, 25, 25],
    );
  });

  it("of files, which are read in pieces for that", async () => {
    const path = join(folder, "one.parquet");
    const x = Float64Array.from({ length: 100 }, (_, place) => place);
    await dataframe.fromMap({ x }).toParquet(path);
    const some = dataframe.readParquet(path).filter(col("x").ge(20)).repartition(5);
    expect(await sizesOf(await piecesOf(some))).toEqual([0, 20, 20, 20, 20]);
    expect(some.explain()).toMatch(/scan: 5 pieces\n\d filter: 5 pieces\n$/);
    const written = join(folder, "written");
    await some.toParquet(`${written}/`, { engine: "disk" });
    expect(readdirSync(written)).toHaveLength(5);
  });

  it("of several files, and of what can't be cut", async () => {
    const path = join(folder, "three");
    const x = Float64Array.from({ length: 90 }, (_, place) => place);
    await dataframe.fromMap({ x }).repartition(3).toCSV(`${path}/`);
    const files = dataframe.readCSV(`${path}/*.csv`);
    expect(await sizesOf(await piecesOf(files.repartition(4)))).toHaveLength(4);
    expect(await recordsOf(await piecesOf(files.repartition(4)))).toEqual(await files.toRecords());
    expect(await sizesOf(await piecesOf(files.repartition(2)))).toEqual([30, 60]);
  });
});
