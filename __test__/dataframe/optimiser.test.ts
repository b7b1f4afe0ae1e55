import { join } from "node:path";
import { col, type DataFrame, dataframe, len } from "bramble";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/frames.js";

const folder = temporaryFolder();

/** A file of some rows. */
async function rowsInFile(name: string, columns: readonly string[]): Promise<DataFrame> {
  const path = join(folder, `${name}.parquet`);
  const values = Int32Array.from({ length: 100 }, (_, row) => row);
  await dataframe.fromMap(Object.fromEntries(columns.map((column) => [column, values]))).toParquet(path);
  return dataframe.readParquet(path) as DataFrame;
}

const [left, right] = await Promise.all([
  rowsInFile("left", ["k", "g", "x", "y"]),
  rowsInFile("right", ["k", "z"]),
]);

/** The plan that Polars executes. */
function optimised(frame: DataFrame): string {
  return /Optimised\n([^]*?)\n\nIn pieces/.exec(frame.explain())?.[1] ?? "";
}

/** What the steps come to where the query runs in pieces. */
function inPieces(frame: DataFrame): string {
  return /In pieces, on a cluster\n([^]*)/.exec(frame.explain())?.[1] ?? "";
}

describe("explain shows that", () => {
  it("columns and filters go through a join into both files", () => {
    const query = left.join(right, { on: "k" }).filter(col("x").gt(3).and(col("z").lt(2)));
    const text = optimised(query.select("k", "z"));
    expect(text).toMatch(/left\.parquet\]\s+PROJECT 2\/4 COLUMNS\s+SELECTION: .*col\("x"\)/);
    expect(text).toMatch(/right\.parquet\]\s+PROJECT \*\/2 COLUMNS\s+SELECTION: .*col\("z"\)/);
    expect(text).not.toContain("FILTER");
  });

  it("columns and filters go through new names", () => {
    const renamed = left.rename({ x: "other" });
    const text = optimised(renamed.filter(col("other").gt(3)).select("other"));
    expect(text).toMatch(/PROJECT 1\/4 COLUMNS\s+SELECTION: .*col\("x"\)/);
    expect(text).not.toContain("FILTER");
  });

  it("columns and filters of keys go through groups", () => {
    const groups = left.groupBy("g").agg(col("x").sum(), col("y").mean());
    const text = optimised(groups.filter(col("g").gt(5)).select("g", "x"));
    expect(text).toMatch(/PROJECT 2\/4 COLUMNS\s+SELECTION: .*col\("g"\)/);
    expect(text).not.toContain("FILTER");
    // What is computed of a group is known when the group is.
    expect(optimised(groups.filter(col("x").gt(5)))).not.toContain("SELECTION");
  });

  it("what two parts of a query share is computed once", () => {
    const some = left.filter(col("x").gt(1)).select("k", "x");
    const query = some.join(some.rename({ x: "w" }), { on: "k" });
    const caches = optimised(query).match(/CACHE\[id: [^\]]+\]/g) ?? [];
    expect(caches).toHaveLength(2);
    expect(new Set(caches).size).toBe(1);
    expect(inPieces(query)).toMatch(/select: \d pieces?, \d calls?\n/);
  });

  it("the first rows of a sort are not sorted as a whole", () => {
    const query = left.sort("x").head(5);
    expect(optimised(query)).toMatch(/^SORT BY \[slice: \(0, 5/);
    expect(inPieces(query)).not.toContain("shard");
  });

  it("rows are counted without reading a column", () => {
    expect(optimised(left.select(len()))).toMatch(/^SELECT \[len\(\)\]\s+.*\s+PROJECT 0\/4 COLUMNS/);
  });

  it("pieces that a filter of the index leaves without rows are gone", () => {
    const indexed = left.setIndex("k", { divisions: [0, 10, 20, 99] });
    expect(inPieces(indexed)).toMatch(/sort: 3 pieces/);
    expect(inPieces(indexed.loc(12, 15))).toMatch(/filter: 1 piece\n/);
  });

  it("rows that are where they are to be are dealt no further", () => {
    const divisions = [0, 10, 20, 99];
    const [one, other] = [left, right].map((frame) => frame.setIndex("k", { divisions }));
    if (one === undefined || other === undefined) throw new Error("there are two");
    expect(inPieces(one.join(other, { on: "k" }))).toMatch(/join: 3 pieces\n/);
    expect(inPieces(one.groupBy("k").agg(col("x").median()))).toMatch(/groupBy: 3 pieces\n/);
  });
});
