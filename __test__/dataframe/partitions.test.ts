import { array, col, type DataFrame, dataframe, delayed, withCallbacks } from "bramble";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";
import { columnsOf } from "../support/frames.js";

const numbers = dataframe.fromMap({
  x: Int32Array.from({ length: 10 }, (_, index) => index),
  s: Array.from({ length: 10 }, (_, index) => (index % 3 === 0 ? null : `s${index}`)),
});

describe("functions of JavaScript", () => {
  it.each(["sync", "threads", "processes"] as const)("get the pieces of a frame: %s", async (scheduler) => {
    const sums = numbers.repartition(3).mapPartitions(
      (table, { partition, npartitions }) => ({
        partition: [partition],
        of: [npartitions],
        sum: [Array.from(table.getChild("x") ?? [], Number).reduce((sum, x) => sum + x, 0)],
      }),
      { schema: { partition: "u8", of: "u8", sum: "f64" } },
    );
    expect(sums.schema).toEqual({ partition: "u8", of: "u8", sum: "f64" });
    expect(await sums.filter(col("sum").gt(3)).toRecords({ scheduler })).toEqual([
      { partition: 1, of: 3, sum: 12 },
      { partition: 2, of: 3, sum: 30 },
    ]);
  });

  it("are not what picks pieces: these are taken as they are", async () => {
    const keys: string[] = [];
    const picked = numbers.repartition(5).partitions([4, 0, 4]);
    const callbacks = { posttask: ({ key }: { readonly key: string }) => keys.push(key) };
    const rows = await withCallbacks(callbacks, () => picked.toRecords({ scheduler: "threads" }));
    expect(rows.map(({ x }) => x)).toEqual([8, 9, 0, 1, 8, 9]);
    expect(keys.filter((key) => key.startsWith("partition"))).toEqual([]);
  });

  it("may give back what they got, or a part of it", async () => {
    const same = (numbers as DataFrame).repartition(2).mapPartitions((table) => table);
    expect(await columnsOf(same)).toEqual(await columnsOf(numbers as DataFrame));
    const first = numbers.repartition(4).mapPartitions((table) => table.slice(0, 1));
    expect((await columnsOf(first as DataFrame))["x"]).toEqual([0, 2, 5, 7]);
    const none = numbers.repartition(2).mapPartitions(() => []);
    expect(await none.len()).toBe(0);
    const rows = numbers.head(2).mapPartitions((table) => [{ n: table.numRows }], { schema: { n: "i64" } });
    expect(await rows.toRecords()).toEqual([{ n: 2n }]);
  });

  it("that fail or give something else say so", async () => {
    const failing = numbers.mapPartitions(() => {
      throw new RangeError("not this one");
    });
    await expect(failing.compute()).rejects.toThrow("not this one");
    const wrong = numbers.mapPartitions(() => 7 as unknown as object[]);
    await expectRejection(wrong.compute(), "WRONG_RESULT", "number");
    const lacking = numbers.mapPartitions(() => [{ y: 1 }]);
    await expectRejection(lacking.compute(), "WRONG_RESULT", "Partition 0 has the columns y, but not x, s");
    expectError(() => numbers.mapPartitions(7 as never), "INVALID_ARGUMENT", "a function");
  });
});

describe("data of other kinds", () => {
  it("come from lazy arrays and become arrays", async () => {
    const matrix = array.arange(6, { chunks: 3 }).reshape([3, 2]).multiply(2);
    const frame = dataframe.fromArray(matrix, { columns: ["a", "b"] });
    expect(frame.schema).toEqual({ a: "f64", b: "f64" });
    expect(await columnsOf(frame)).toEqual({ a: [0, 4, 8], b: [2, 6, 10] });
    const back = await frame.filter(col("a").gt(0)).toArray();
    expect(back.toArray()).toEqual([
      [4, 6],
      [8, 10],
    ]);
    const line = dataframe.fromArray(Int16Array.of(1, -2));
    expect(line.schema).toEqual({ column_0: "i16" });
    expect(await columnsOf(line)).toEqual({ column_0: [1, -2] });
    const holes = await dataframe.fromMap({ a: [1, null] }).toArray();
    expect(Array.from(holes.data)).toEqual([1, Number.NaN]);
    expectError(() => dataframe.fromArray(array.ones([2, 2, 2])), "SHAPE_MISMATCH", "3");
    expectError(
      () => dataframe.fromArray(matrix, { columns: ["a"] }),
      "INVALID_ARGUMENT",
      "2 different names",
    );
  });

  it("come from delayed values", async () => {
    const load = delayed((name: string, count: number) => ({ name: Array<string>(count).fill(name) }));
    const frame = dataframe.fromDelayed([load("a", 2), load("b", 1)], { schema: { name: "str" } });
    expect(frame.npartitions).toBe(2);
    expect(await columnsOf(frame as DataFrame)).toEqual({ name: ["a", "a", "b"] });
    const table = delayed(() => tableFromArrays({ x: Int32Array.of(1, 2) }));
    expect(await columnsOf(dataframe.fromDelayed([table()], { schema: { x: "i32" } }) as DataFrame)).toEqual({
      x: [1, 2],
    });
  });

  it("come from Arrow's tables and streams", async () => {
    const table = tableFromArrays({
      i: Int32Array.of(1, 2),
      s: ["a", null],
      f: Float64Array.of(0.5, Number.NaN),
    });
    const frame = dataframe.fromArrow(table);
    expect(frame.schema).toEqual({ i: "i32", s: "str", f: "f64" });
    expect(await columnsOf(frame)).toEqual({ i: [1, 2], s: ["a", null], f: [0.5, Number.NaN] });
    const stream = dataframe.fromArrow(tableToIPC(table, "stream"));
    expect((await columnsOf(stream.select(col("s").cast("str"))))["s"]).toEqual(["a", null]);
    const again = dataframe.fromArrow(await numbers.toArrowStream());
    expect(await columnsOf(again)).toEqual(await columnsOf(numbers as DataFrame));
    expectError(() => dataframe.fromArrow({} as never), "INVALID_ARGUMENT", "Apache Arrow");
    expectError(() => dataframe.fromArrow(Uint8Array.of(1, 2, 3)), "INVALID_VALUE", "");
  });
});

describe("functions of groups", () => {
  const frame = dataframe.fromRecords(
    [
      { g: "b", x: 1 },
      { g: null, x: 2 },
      { g: "a", x: 3 },
      { g: "b", x: 4 },
      { g: null, x: 5 },
    ],
    { schema: { g: "str", x: "i32" } },
  ) as DataFrame;

  it.each(["sync", "threads", "processes"] as const)("get all rows of each: %s", async (scheduler) => {
    const sums = frame
      .repartition(2)
      .groupBy("g")
      .apply(
        (table) => {
          const xs = Array.from(table.getChild("x") ?? [], Number);
          return [{ g: String(table.getChild("g")?.get(0)), rows: table.numRows, first: xs[0] }];
        },
        { schema: { g: "str", rows: "u32", first: "f64" } },
      );
    expect(await sums.toRecords({ scheduler })).toEqual([
      { g: "b", rows: 2, first: 1 },
      { g: "null", rows: 2, first: 2 },
      { g: "a", rows: 1, first: 3 },
    ]);
  });

  it("may give some of them back, or none", async () => {
    const last = frame.groupBy("g").apply((table) => table.slice(table.numRows - 1));
    expect((await columnsOf(last))["x"]).toEqual([4, 5, 3]);
    const odd = frame.groupBy(col("x").modulo(2)).apply((table) => (table.numRows > 2 ? table : []));
    expect((await columnsOf(odd))["x"]).toEqual([1, 3, 5]);
    expect(
      await frame
        .head(0)
        .groupBy("g")
        .apply((table) => table)
        .len(),
    ).toBe(0);
  });

  it("that are wrong say so", async () => {
    expectError(() => frame.groupBy("g").apply(7 as never), "INVALID_ARGUMENT", "a function");
    const wrong = frame.groupBy("g").apply(() => [{ y: 1 }]);
    await expectRejection(wrong.compute(), "WRONG_RESULT", "group 0 has the columns y, but not g, x");
  });
});
