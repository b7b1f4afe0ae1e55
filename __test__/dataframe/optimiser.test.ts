import { join } from "node:path";
import { col, type DataFrame, dataframe, len, lit } from "bramble";
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

  describe("between pieces", () => {
    const some = left.repartition(3);
    const indexed = some.setIndex("k", { divisions: [0, 10, 20, 99] });

    it("only columns go that are needed later", () => {
      expect(inPieces(indexed)).toMatch(/sort: .* 9 shards of k, g, x, y\n/);
      expect(inPieces(indexed.select("x"))).toMatch(/sort: .* 9 shards of k, x\n/);
      expect(inPieces(indexed.drop("g").rename({ x: "w" }))).toMatch(/sort: .* shards of k, x, y\n/);
      expect(inPieces(indexed.groupBy("g").agg(col("y").sum()))).toMatch(/sort: .* shards of k, g, y\n/);
      const written = indexed.withColumns(col("x").plus(col("y")).alias("g"), lit(1).alias("one"));
      expect(inPieces(written.select("one", "x"))).toMatch(/sort: .* shards of k, x\n/);
      const others = right.repartition(3).setIndex("k", { divisions: [0, 50, 99] });
      expect(inPieces(indexed.join(others, { on: "k", how: "semi" }))).toMatch(/sort: .* 6 shards of k\n/);
      expect(inPieces(indexed.select(len()))).toMatch(/sort: .* shards of k\n/);
    });

    it("filters come first", () => {
      const isSmall = col("x").lt(3);
      for (const query of [
        indexed.filter(isSmall),
        indexed.rename({ x: "w" }).filter(col("w").lt(3)),
        indexed.select("k", col("x").alias("w"), "g").filter(col("w").lt(3)),
        indexed.unique(["k", "x"]).filter(isSmall),
        indexed.groupBy("x").agg(col("y").median()).filter(isSmall),
        indexed
          .drop("g")
          .dropNulls("k")
          .filter(isSmall.and(col("y").gt(1))),
      ]) {
        const names = [...inPieces(query).matchAll(/^\d+ (\w+): /gm)].map(([, name]) => name);
        expect(names.indexOf("filter"), inPieces(query)).toBeGreaterThan(0);
        expect(names.indexOf("filter"), inPieces(query)).toBeLessThan(names.indexOf("sort"));
      }
      const joined = inPieces(some.join(right, { on: "k" }).filter(col("x").lt(3).and(col("z").gt(1))));
      expect(joined).toMatch(/filter: [^]*filter: [^]*join: /);
      expect(joined).not.toMatch(/join: [^]*filter: /);
    });

    it("filters stay behind what they look at", () => {
      const afterwards = (query: DataFrame, name: string): void =>
        expect(inPieces(query)).toMatch(new RegExp(`${name}: [^]*filter: `));
      afterwards(some.groupBy("g").agg(col("x").sum()).filter(col("x").gt(3)), "groupBy");
      afterwards(some.unique("g").filter(col("x").gt(3)), "unique");
      afterwards(some.head(5).filter(col("x").gt(3)), "slice");
      afterwards(some.join(right, { on: "k", how: "left" }).filter(col("z").gt(3)), "join");
      afterwards(some.join(right, { on: "k", how: "full" }).filter(col("x").gt(3)), "join");
      afterwards(indexed.filter(col("x").gt(col("x").mean())), "sort");
      // What another part of the query reads too is computed once, with all its rows.
      const sorted = some.sort("x");
      afterwards(dataframe.concat([sorted, sorted.filter(col("x").gt(3))]), "sort");
    });
  });
});
