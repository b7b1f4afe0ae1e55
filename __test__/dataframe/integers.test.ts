import { col, type DataFrame, dataframe, lit } from "bramble";
import { Table, tableFromArrays, Uint64, vectorFromArray } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/errors.js";

const HALF = 2n ** 63n;
const LAST = 2n ** 64n - 1n;

describe("integers of 64 bits without a sign", () => {
  const frame = dataframe.fromMap({ a: BigUint64Array.of(HALF, 5n, LAST) }) as DataFrame;

  it("come from JavaScript and Arrow, and go there", async () => {
    const rows = [{ a: HALF }, { a: LAST }, { a: null }];
    expect(dataframe.fromRecords(rows).schema).toEqual({ a: "u64" });
    expect(await dataframe.fromRecords(rows).toRecords()).toEqual(rows);
    expect(await dataframe.fromRecords(rows, { schema: { a: "u64" } }).toRecords()).toEqual(rows);
    expect(await dataframe.fromMap({ a: new Set([1, LAST]) }).toRecords()).toEqual([{ a: 1n }, { a: LAST }]);
    const arrow = new Table({ a: vectorFromArray([HALF, null], new Uint64()) });
    expect(await dataframe.fromArrow(arrow).toRecords()).toEqual([{ a: HALF }, { a: null }]);
    const typed = dataframe.fromArrow(tableFromArrays({ a: BigUint64Array.of(LAST) }));
    expect((await typed.compute()).getChildAt(0)?.get(0)).toBe(LAST);
    const floats = dataframe.fromRecords([{ a: HALF }, { a: -1 }], { schema: { a: "f64" } });
    expect(await floats.toRecords()).toEqual([{ a: 2 ** 63 }, { a: -1 }]);
  });

  it("are constants of expressions", async () => {
    expect(await frame.filter(col("a").gt(lit(HALF))).toRecords()).toEqual([{ a: LAST }]);
    expect(await frame.filter(col("a").isIn([5n, HALF])).toRecords()).toEqual([{ a: HALF }, { a: 5n }]);
    expect(await frame.head(1).select(col("a").minus(HALF), lit(LAST).alias("b")).toRecords()).toEqual([
      { a: 0n, b: LAST },
    ]);
    const divided = frame.setIndex("a", { divisions: [0, HALF, LAST] });
    expect(await divided.loc(HALF, null).toRecords()).toEqual([{ a: HALF }, { a: LAST }]);
    expect(await divided.partitions(0).toRecords()).toEqual([{ a: 5n }]);
  });

  it("beyond which there is none, or beside others, are refused by row", () => {
    const of =
      (...values: readonly unknown[]): (() => unknown) =>
      () =>
        dataframe.fromRecords(values.map((a) => ({ a })));
    expectError(of(HALF, -1), "INVALID_VALUE", 'Row 1 of the column "a" is -1, which u64 can\'t have');
    expectError(of(HALF, 0.5), "INVALID_VALUE", 'Row 1 of the column "a" is 0.5');
    expectError(of(2n ** 64n), "INVALID_ARGUMENT", "an integer of 64 bits for `a[0]`");
    expectError(() => lit(2n ** 64n), "INVALID_ARGUMENT", "an integer of 64 bits for `value`");
    expectError(() => col("a").isIn([HALF, -1]), "INVALID_ARGUMENT", "without a sign");
  });
});

describe("values of different kinds in a column of no known type", () => {
  it.each<readonly [readonly unknown[], string]>([
    [[1, null, "x"], "Row 2 of the column \"a\" is 'x', and row 0 1: say in `schema` what the column is"],
    [[null, "x", 1n], "Row 2 of the column \"a\" is 1n, and row 1 'x'"],
    [[true, 1], "Row 1"],
    [[new Date(0), 0], "Row 1"],
    [[[1], 1], "Row 1"],
    [[Uint8Array.of(1), "x"], "Row 1"],
    [[null, [1, null, "x"]], "Row 1 of the column \"a\" has in its list 'x', and row 1 1: say in `schema`"],
    [[["x"], [], [true]], "Row 2 of the column \"a\" has in its list true, and row 0 'x'"],
    [[[[1], [new Date(0)]]], 'Row 0 of the column "a" has in its list 1970-01-01'],
    [[[1], [[2]]], 'Row 1 of the column "a" has in its list [ 2 ], and row 0 1'],
  ])("are refused: %#", (a, message) => {
    expectError(() => dataframe.fromMap({ a }), "INVALID_VALUE", message);
    expectError(() => dataframe.fromRecords(a.map((value) => ({ a: value }))), "INVALID_VALUE", message);
  });

  it("are what the schema says, and numbers of all kinds go together", async () => {
    const texts = dataframe.fromMap({ a: [1, "x"] }, { schema: { a: "str" } });
    expect(await texts.toRecords()).toEqual([{ a: "1" }, { a: "x" }]);
    expect(await dataframe.fromMap({ a: [1, 0.5, 2n, null] }).toRecords()).toEqual([
      { a: 1 },
      { a: 0.5 },
      { a: 2 },
      { a: null },
    ]);
  });
});
