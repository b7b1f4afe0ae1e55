import { tableFromIPC } from "apache-arrow";
import { col, type DataFrame, dataframe, len } from "bramble";
import { describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { rebuild } from "../../dist/dataframe/node.js";
import { cutSource } from "../../dist/dataframe/pieces/cut.js";
import { PiecePlanner } from "../../dist/dataframe/pieces/planner.js";
import { ANY_ROOM } from "../../dist/dataframe/pieces/room.js";
import { piecesOf, recordsOf } from "../support/pieces.js";

/** Numbers in no order, of which some are equal, and what tells equal ones apart. */
function rowsOf(count: number): DataFrame {
  const x = Int32Array.from({ length: count }, (_, row) => (row * 7919) % Math.ceil(count / 3));
  const row = Int32Array.from({ length: count }, (_, number) => number);
  return dataframe.fromMap({ x, row, g: x.map((value) => value % 500) }) as DataFrame;
}

const QUERIES: Readonly<Record<string, (frame: DataFrame) => DataFrame>> = {
  sort: (frame) => frame.sort("x", { descending: true }),
  medians: (frame) => frame.groupBy("g").agg(col("row").median()),
  sums: (frame) => frame.groupBy("g").agg(col("row").sum(), len().alias("n")),
};

describe("queries in many pieces", () => {
  const frame = rowsOf(2000);

  // Around powers of 2, where a carry or a mask would go wrong.
  it.each([127, 128, 129, 255, 256, 257])("give the same in %i as in one", async (count) => {
    for (const [name, query] of Object.entries(QUERIES)) {
      const expected = await query(frame).toRecords();
      expect(await recordsOf(await piecesOf(query(frame.repartition(count)))), name).toEqual(expected);
    }
  });

  it("are of about the same size where the rows of each were sorted already, from the same range", async () => {
    const [pieces, each] = [64, 2560];
    const x = Int32Array.from({ length: pieces * each }, (_, row) => row % each);
    const sorted = (dataframe.fromMap({ x }).repartition(pieces) as DataFrame).sort("x");
    const sizes = (await piecesOf(sorted)).map((piece) => tableFromIPC(piece).numRows);
    expect(sizes).toHaveLength(pieces);
    expect(Math.max(...sizes)).toBeLessThan(1.5 * each);
  });

  it("are put together where 2^15 were asked for", async () => {
    const [rows, others] = [rowsOf(2 ** 15), rowsOf(300)];
    const query = (pieces: number): DataFrame =>
      rows.repartition(pieces).join(others.repartition(pieces), { on: "row", how: "semi" }).sort("x");
    const got = await query(2 ** 15).toRecords({ engine: "disk" });
    expect(got).toEqual(await query(1).toRecords());
  });

  it("are put together in a tree where 2^16 and one were asked for", async () => {
    const rows = rowsOf(2 ** 16 + 1);
    const sums = QUERIES["sums"] as (frame: DataFrame) => DataFrame;
    const got = await sums(rows.repartition(2 ** 16 + 1)).toRecords({ engine: "disk" });
    expect(got).toEqual(await sums(rows).toRecords());
  });

  it.each([
    [100, 40],
    [40, 100],
  ])(
    "join %i and %i, of which one could be dealt at once and the other goes in stages",
    async (left, right) => {
      const rows = rowsOf(300);
      // Before columns are picked: rows are cut where they are made.
      const join = (a: number, b: number): DataFrame =>
        rows.repartition(a).select("row", "g").join(rows.repartition(b).select("row", "x"), { on: "row" });
      expect(await recordsOf(await piecesOf(join(left, right)))).toEqual(await join(1, 1).toRecords());
    },
  );

  it("make a number of calls and shards that does not grow as the square of that of pieces", async () => {
    for (const name of ["sort", "medians"])
      for (const count of [2 ** 8, 2 ** 10]) {
        const rooms = { ...ANY_ROOM, piece: 1, exchangeFrom: 0 };
        const planner = new PiecePlanner("memory", rooms);
        const query = QUERIES[name]?.(rowsOf(count).repartition(count)) as DataFrame;
        planner.cut(await rebuild(query[FRAME], cutSource));
        const made = planner.planned.reduce((sum, { calls, shards }) => sum + calls + shards, 0);
        // Dealt out at once, each of 1,024 pieces alone would make as many shards.
        expect(made / count, `${name} of ${count}`).toBeLessThan(200);
      }
  });
});
