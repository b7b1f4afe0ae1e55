import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { col, type DataFrame, dataframe, len } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { computePieces } from "../../dist/dataframe/pieces/run.js";
import { layOut } from "../../dist/dataframe/node.js";
import { closeTo } from "../support/close.js";
import { expectError } from "../support/errors.js";
import { cutAt, row, SCHEMA, temporaryFolder } from "../support/frames.js";

const folder = temporaryFolder();

async function piecesOf(frame: DataFrame): Promise<object[][]> {
  const request = { scheduler: "sync", engine: "memory", exchangeFrom: 0 } as const;
  const pieces = await computePieces(frame[FRAME], request);
  return await Promise.all(pieces.map((piece) => dataframe.fromArrow(piece).toRecords()));
}

function numbers(count: number): DataFrame {
  const x = Int32Array.from({ length: count }, (_, place) => (place * 389) % count);
  return dataframe.fromMap({ x, y: x.map((value) => value % 7) }).repartition(3) as DataFrame;
}

describe("an index", () => {
  it("sorts rows and stays with what keeps their order", () => {
    const frame = numbers(10).setIndex("x", { divisions: [0, 5, 9] });
    expect([frame.index, frame.divisions, frame.npartitions]).toEqual(["x", [0, 5, 9], 2]);
    const kept = [
      frame.filter(col("y").gt(1)),
      frame.withColumns(col("y").multiply(2)),
      frame.select("x"),
      frame.drop("y"),
      frame.dropNulls(),
      frame.join(frame, { on: "y" }),
      frame.groupBy("x").agg(col("y").sum()),
    ];
    for (const other of kept) expect([other.index, other.divisions]).toEqual(["x", [0, 5, 9]]);
    expect(frame.rename({ x: "z" }).index).toBe("z");
    const without = [frame.sort("y"), frame.withColumns({ x: 1 }), frame.reverse(), frame.resetIndex()];
    for (const other of without) expect([other.index, other.divisions]).toEqual([undefined, undefined]);
    expect([frame.head(3).index, frame.head(3).divisions]).toEqual(["x", undefined]);
  });

  it("finds rows by their values", async () => {
    const frame = numbers(100).setIndex("x", { divisions: [0, 20, 40, 60, 99] });
    const found = frame.loc(15, 45);
    expect(found.divisions).toEqual([0, 20, 40, 60]);
    const expected = Array.from({ length: 31 }, (_, place) => ({ x: 15 + place, y: (15 + place) % 7 }));
    expect(await found.toRecords()).toEqual(expected);
    expect((await piecesOf(found)).flat()).toEqual(expected);
    expect(await frame.loc(33).toRecords()).toEqual([{ x: 33, y: 5 }]);
    expect(await frame.loc(null, 1).toRecords()).toHaveLength(2);
    expect(await frame.loc(98, null).toRecords()).toHaveLength(2);
    expect(await frame.loc(50, 40).toRecords()).toHaveLength(0);
    expect(await numbers(100).setIndex("x").loc(15, 45).toRecords()).toEqual(expected);
  });

  it("has divisions of text, dates and large integers", async () => {
    const at = (day: number): Date => new Date(Date.UTC(2024, 0, day));
    const rows = Array.from({ length: 20 }, (_, place) => ({
      day: at(1 + ((place * 7) % 20)),
      name: `n${String((place * 3) % 20).padStart(2, "0")}`,
      big: BigInt((place * 9) % 20),
    }));
    const frame = dataframe.fromRecords(rows, { schema: { day: "date", name: "str", big: "i64" } });
    const byDay = frame.setIndex("day", { divisions: [at(1), at(6), at(20)] });
    expect((await piecesOf(byDay as DataFrame)).map((piece) => piece.length)).toEqual([5, 15]);
    expect(await byDay.loc(at(3), at(4)).len()).toBe(2);
    const byName = await frame.setIndex("name").computeDivisions(4);
    expect(byName.divisions?.[0]).toBe("n00");
    expect(byName.divisions?.at(-1)).toBe("n19");
    expect((await piecesOf(byName as DataFrame)).map((piece) => piece.length)).toEqual([5, 5, 5, 5]);
    const byBig = await frame.setIndex("big").computeDivisions(2);
    expect(byBig.divisions).toEqual([0n, 10n, 19n]);
    expect(byBig.repartition(4).divisions).toEqual([0n, 5n, 10n, 14n, 19n]);
  });

  it("has null in its last piece", async () => {
    const frame = dataframe.fromMap({ x: [3, null, 1, null, 2] }, { schema: { x: "f64" } });
    const pieces = await piecesOf(frame.setIndex("x", { divisions: [1, 2, 3] }) as DataFrame);
    expect(pieces).toEqual([[{ x: 1 }], [{ x: 2 }, { x: 3 }, { x: null }, { x: null }]]);
    const last = frame.setIndex("x", { divisions: [1, 2, 3] }).partitions(-1);
    expect(await last.toRecords()).toEqual(pieces[1]);
  });
});

describe("divisions", () => {
  it("are quantiles of a sample", async () => {
    const frame = await numbers(10_000).setIndex("x").computeDivisions(8);
    const sizes = (await piecesOf(frame)).map((piece) => piece.length);
    expect(sizes).toHaveLength(8);
    for (const size of sizes) expect(Math.abs(size - 1250)).toBeLessThan(250);
    expect([frame.divisions?.[0], frame.divisions?.at(-1)]).toEqual([0, 9999]);
  });

  it("are fewer where many rows are equal, and none of no rows", async () => {
    const equal = dataframe.fromMap({ x: new Float64Array(100).fill(5) }).setIndex("x", { npartitions: 4 });
    expect((await equal.computeDivisions()).divisions).toEqual([5, 5]);
    const empty = dataframe.fromMap({ x: new Float64Array(0) }).setIndex("x");
    expect((await empty.computeDivisions()).divisions).toBeUndefined();
  });

  it("change with repartition", async () => {
    const frame = numbers(100).setIndex("x", { divisions: [0, 25, 50, 75, 99] });
    expect(frame.repartition(2).divisions).toEqual([0, 50, 99]);
    expect(frame.repartition(8).divisions).toEqual([0, 13, 25, 38, 50, 63, 75, 87, 99]);
    const others = frame.repartition({ divisions: [10, 30, 31, 90] });
    expect((await piecesOf(others)).map((piece) => piece.length)).toEqual([30, 1, 69]);
    expect((await piecesOf(others)).flat()).toEqual(await frame.toRecords());
  });

  it("are cut into values that the column can have, wherever pieces are made", async () => {
    const frame = numbers(100)
      .setIndex("x", { divisions: [0, 25, 50, 75, 99] })
      .repartition(8);
    const tables = await frame.toDelayed({ scheduler: "threads" });
    const sizes = await Promise.all(tables.map(async (table) => (await table.compute()).numRows));
    expect(sizes).toEqual([13, 12, 13, 12, 13, 12, 12, 13]);
    expect((await piecesOf(frame)).map((piece) => piece.length)).toEqual(sizes);
    const at = (day: number): Date => new Date(Date.UTC(2024, 0, day));
    const days = dataframe.fromMap({ day: [1, 2, 3, 4, 5].map(at) }, { schema: { day: "date" } });
    const cut = days.setIndex("day", { divisions: [at(1), at(4), at(5)] }).repartition(4) as DataFrame;
    expect(cut.divisions).toEqual([at(1), at(3), at(4), at(5)]);
    expect((await piecesOf(cut)).map((piece) => piece.length)).toEqual([2, 1, 2]);
  });

  it.each<readonly [string, readonly unknown[], string]>([
    ["i64", [1, 2.5], "a whole number that i64 holds, as the column x has, for `options.divisions[1]`"],
    ["i64", [1, 2n ** 63n], "`options.divisions[1]`"],
    ["i64", [Number.NEGATIVE_INFINITY, 1], "`options.divisions[0]`"],
    ["i8", [1, 128], "a whole number that i8 holds"],
    ["u32", [-1, 1], "`options.divisions[0]` but received -1"],
    ["u64", [0, 2n ** 64n], "a whole number that u64 holds"],
    ["f64", [0, Number.NaN], "a number, as the column x has, for `options.divisions[1]` but received NaN"],
    ["f64", [null, 1], "a number, as the column x has, for `options.divisions[0]` but received null"],
    ["f64", ["a", "b"], "a number"],
    ["str", ["a", 1], "text, as the column x has, for `options.divisions[1]`"],
    ["str", [null, "a"], "text"],
    ["date", [new Date(0), new Date(1)], "a date at midnight (UTC)"],
    ["datetime", [new Date(0), 1], "a valid date"],
  ])("refuse what a column of %s can't have: case %#", (type, divisions, message) => {
    const frame = dataframe.fromMap({ x: [] }, { schema: { x: type as "i64" } }) as DataFrame;
    const build = (): unknown => frame.setIndex("x", { divisions: divisions as readonly number[] });
    expectError(build, "INVALID_ARGUMENT", message);
    expectError(
      () => frame.setIndex("x").repartition({ divisions: divisions as readonly number[] }),
      "INVALID_ARGUMENT",
      message,
    );
  });

  it("stay with what is computed, and with files that are written", async () => {
    const frame = await numbers(100)
      .setIndex("x", { divisions: [0, 10, 99] })
      .persist();
    expect(frame.divisions).toEqual([0, 10, 99]);
    expect((await piecesOf(frame)).map((piece) => piece.length)).toEqual([10, 90]);
    await frame.toParquet(`${folder}/parts/`);
    expect(await dataframe.readParquet(`${folder}/parts/part-00000.parquet`).len()).toBe(10);
    const sizes = frame.mapPartitions((table) => [{ n: table.numRows }], { schema: { n: "i32" } });
    expect(await sizes.toRecords()).toEqual([{ n: 10 }, { n: 90 }]);
  });

  it("save groups and joins by the index the exchange of rows", () => {
    const frame = numbers(100).setIndex("x", { divisions: [0, 25, 50, 75, 99] });
    const grouped = frame.groupBy("x").agg(col("y").median());
    const joined = frame.join(grouped, { on: "x", how: "left" });
    // Each piece of the join is one query, whose only exchange is that of the index.
    expect(joined.divisions).toEqual(frame.divisions);
    expect(JSON.stringify(layOut(joined[FRAME], "memory").plan.steps).match(/"sort"/g)).toHaveLength(1);
  });
});

describe("pieces with divisions give what the whole gives", () => {
  const other = dataframe
    .fromRecords(
      [-500, -3, 0, 0, 7, 250, null].map((x, place) => ({ x, z: place })),
      { schema: { x: "i64", z: "i64" } },
    )
    .setIndex("x", { divisions: [-100n, 0, 10] });
  const queries: Readonly<Record<string, (frame: DataFrame) => DataFrame>> = {
    rows: (frame) => frame,
    groups: (frame) => frame.groupBy("x").agg(col("y").median(), len().alias("n"), col("g").first()),
    "groups by more": (frame) => frame.groupBy("g", "x").agg(col("y").nUnique()),
    loc: (frame) => frame.loc(-10, 400).groupBy("x").agg(col("y").sum()),
    "a piece": (frame) => frame.partitions("1:3"),
    "some pieces": (frame) => frame.partitions([0, -1]),
    fewer: (frame) => frame.filter(col("y").gt(0)).repartition(2),
    others: (frame) => frame.repartition({ divisions: [-900, -600, 3, 800] }),
    ...Object.fromEntries(
      (["inner", "left", "right", "full", "semi", "anti"] as const).map((how) => [
        `join ${how}`,
        (frame: DataFrame) => frame.join(other as DataFrame, { on: "x", how }),
      ]),
    ),
  };
  for (const [name, query] of Object.entries(queries)) {
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { maxLength: 40 }),
          fc.array(fc.nat(40), { maxLength: 8 }),
          async (rows, cuts) => {
            const parts = cutAt(rows, cuts).map((piece) => dataframe.fromRecords(piece, { schema: SCHEMA }));
            const together = dataframe.concat(parts as DataFrame[]);
            const frame = query(together.setIndex("x", { divisions: [-1000, -250, 0, 100, 1000] }));
            const expected = await frame.toRecords();
            const pieces = await piecesOf(frame);
            expect(pieces.flat()).toEqual(closeTo(expected));
            if (frame.divisions !== undefined) expect(pieces).toHaveLength(frame.npartitions);
          },
        ),
        { numRuns: 10 },
      );
    });
  }
});

describe("pieces", () => {
  it("of files are picked by number", async () => {
    const path = join(folder, "rows.csv");
    writeFileSync(path, `n\n${Array.from({ length: 10 }, (_, place) => place).join("\n")}\n`);
    const frame = dataframe.readCSV(path).repartition(5);
    expect(await frame.partitions(1).toRecords()).toEqual([{ n: 2n }, { n: 3n }]);
    expect(await frame.partitions([0, 4]).len()).toBe(4);
    expect(frame.repartition({ partitionSize: 7 }).npartitions).toBe(4);
    expect(frame.repartition({ partitionSize: "1MiB" }).npartitions).toBe(1);
    expect(() => frame.partitions(5)).toThrowError(expect.objectContaining({ code: "OUT_OF_BOUNDS" }));
  });

  it.each([
    [() => numbers(3).loc(1), "The frame has no index"],
    [() => numbers(3).repartition({ divisions: [1, 2] }), "The frame has no index"],
    [() => numbers(3).repartition({}), "one of npartitions, divisions, partitionSize"],
    [() => numbers(3).setIndex("x", { divisions: [3, 1] }), "`options.divisions[1]`"],
    [() => numbers(3).setIndex("x", { divisions: [1] }), "two values or more"],
    [() => numbers(3).setIndex("x", { divisions: [1, "b"] }), "a number, as the column x has,"],
    [() => numbers(3).setIndex("x", { divisions: [1, 2], npartitions: 2 }), "no `npartitions` beside"],
    [() => numbers(3).setIndex("x").loc(0, new Date(0)), "a number, as the column x has, for `to`"],
    [() => numbers(3).setIndex("x").loc(Number.NaN), "a number, as the column x has, for `from`"],
    [() => numbers(3).setIndex("x").loc("a"), "a number, as the column x has, for `from`"],
  ])("say what is wrong with what they are asked for: %s", (build, message) => {
    expect(build).toThrowError(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(build).toThrowError(message);
  });

  it("need an order", () => {
    const lists = dataframe.fromRecords([{ x: [1] }]);
    expect(() => lists.setIndex("x")).toThrowError(expect.objectContaining({ code: "SCHEMA_MISMATCH" }));
    expect(() => numbers(3).setIndex("z" as never)).toThrowError(
      expect.objectContaining({ code: "COLUMN_NOT_FOUND" }),
    );
  });
});
