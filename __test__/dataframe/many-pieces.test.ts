import { col, config, type DataFrame, dataframe, len } from "bramble";
import { describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { cutSource } from "../../dist/dataframe/pieces/cut.js";
import { PiecePlanner } from "../../dist/dataframe/pieces/planner.js";
import { ANY_ROOM } from "../../dist/dataframe/pieces/room.js";
import { rebuild } from "../../dist/dataframe/node.js";
import { temporaryFolder } from "../support/frames.js";
import { piecesOf, recordsOf } from "../support/pieces.js";

const folder = temporaryFolder();

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
  unique: (frame) => frame.unique("x", { keep: "last" }),
  join: (frame) => frame.join(frame.select("x", col("row").alias("other")), { on: "x" }).filter(col("x").lt(50)),
  index: (frame) => frame.setIndex("x", { divisions: [0, 100, 200, 300] }),
  total: (frame) => frame.select(col("row").sum(), len()),
};

/** Numbers around which a carry, a mask or a limit would go wrong. */
const COUNTS = [127, 128, 129, 255, 256, 257];

describe("queries in many pieces", () => {
  const ROWS = 3000;
  const frame = rowsOf(ROWS);

  it.each(COUNTS)("give the same in %i as in one", async (count) => {
    for (const name of ["sort", "medians", "sums", "index"]) {
      const query = QUERIES[name] as (frame: DataFrame) => DataFrame;
      const expected = await query(frame).toRecords();
      expect(await recordsOf(await piecesOf(query(frame.repartition(count)))), name).toEqual(expected);
    }
  });

  it.each([128, 257])("come by way of files in %i pieces as in one", async (count) => {
    await config.with({ "memory.spillFolder": folder }, async () => {
      for (const name of ["unique", "join"]) {
        const query = QUERIES[name] as (frame: DataFrame) => DataFrame;
        const pieces = await piecesOf(query(frame.repartition(count)), { disk: true });
        expect(await recordsOf(pieces), name).toEqual(await query(frame).toRecords());
      }
    });
  });

  it("have as many divisions as are asked for", async () => {
    for (const count of [...COUNTS, 2000]) {
      const divisions = Array.from({ length: count + 1 }, (_, place) => place - 10);
      const pieces = await piecesOf(frame.repartition(9).setIndex("x", { divisions }));
      expect(pieces).toHaveLength(count);
      const sizes = await Promise.all(pieces.map((piece) => dataframe.fromArrow(piece).len()));
      expect(sizes.slice(0, 10).every((size) => size === 0)).toBe(true);
      // Each of the values 0 to 999 is there three times; the last piece has all that lie beyond.
      expect(sizes.slice(10, Math.min(count - 1, 1010)).every((size) => size === 3)).toBe(true);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(ROWS);
    }
  });
});

describe("queries in very many pieces", () => {
  const COUNTS = [2 ** 15 - 1, 2 ** 15, 2 ** 16, 2 ** 16 + 1];

  it.each(COUNTS)("give the same in %i as in one", async (count) => {
    const frame = rowsOf(100_000);
    const cut = frame.repartition(count);
    for (const name of ["sort", "sums"]) {
      const query = QUERIES[name] as (frame: DataFrame) => DataFrame;
      expect(await recordsOf(await piecesOf(query(cut))), name).toEqual(await query(frame).toRecords());
    }
  });

  it("make a number of calls and shards that grows as that of pieces", async () => {
    for (const [name, query] of Object.entries(QUERIES))
      for (const count of [2 ** 9, 2 ** 12]) {
        const rooms = { ...ANY_ROOM, piece: 1, exchangeFrom: 0, groupsFrom: 0 };
        const planner = new PiecePlanner("memory", rooms);
        const cut = await rebuild(query(rowsOf(count).repartition(count))[FRAME], cutSource);
        planner.cut(cut);
        const made = planner.planned.reduce((sum, { calls, shards }) => sum + calls + shards, 0);
        // Dealt out at once, each of 4,096 pieces alone would make as many shards.
        expect(made / count, `${name} of ${count}`).toBeLessThan(600);
      }
  });
});
