import {
  coalesce,
  col,
  concatStr,
  corr,
  cov,
  dataframe,
  len,
  lit,
  maxHorizontal,
  type Selection,
  struct,
  sumHorizontal,
  when,
} from "bramble";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/errors.js";
import { columnsOf, computeExprs } from "../support/frames.js";

const frame = dataframe.fromMap({
  i: Int32Array.of(1, 2, 3, 4),
  f: [0.5, null, -1.5, 4],
  s: ["ab", "Cde", null, " x "],
  g: ["p", "q", "p", "q"],
  b: [true, false, null, true],
  l: [[1, 2, 3], [], null, [5]],
  t: [new Date("2024-02-29T12:34:56.789Z"), new Date("2023-12-31T23:59:59Z"), null, new Date(0)],
});

/** The only column that an expression gives. */
async function valuesOf(expr: Selection): Promise<unknown> {
  return Object.values(await computeExprs(frame, expr))[0];
}

describe("expressions", () => {
  it("calculate element by element", async () => {
    expect(await valuesOf(col("i").add(1).multiply(2))).toEqual([4, 6, 8, 10]);
    expect(await valuesOf(col("i").divide(2))).toEqual([0.5, 1, 1.5, 2]);
    expect(await valuesOf(col("i").floorDivide(2))).toEqual([0, 1, 1, 2]);
    expect(await valuesOf(col("i").modulo(2))).toEqual([1, 0, 1, 0]);
    expect(await valuesOf(col("i").power(2))).toEqual([1, 4, 9, 16]);
    expect(await valuesOf(col("i").negate())).toEqual([-1, -2, -3, -4]);
    expect(await valuesOf(col("f").abs())).toEqual([0.5, null, 1.5, 4]);
    expect(await valuesOf(col("f").round())).toEqual([0, null, -2, 4]);
    expect(await valuesOf(col("i").sqrt().round(3))).toEqual([1, 1.414, 1.732, 2]);
    expect(await valuesOf(col("i").clip(2, 3))).toEqual([2, 2, 3, 3]);
    expect(await valuesOf(col("i").clip(null, 3))).toEqual([1, 2, 3, 3]);
    expect(await valuesOf(lit(-0).divide(col("i")))).toEqual([-0, -0, -0, -0]);
    expect(await valuesOf(col("i").plus(1).minus(1).mul(2).div(2))).toEqual([1, 2, 3, 4]);
  });

  it("compare and decide", async () => {
    expect(await valuesOf(col("f").gt(0))).toEqual([true, null, false, true]);
    expect(await valuesOf(col("f").eqMissing(null))).toEqual([false, true, false, false]);
    expect(await valuesOf(col("i").isBetween(2, 3))).toEqual([false, true, true, false]);
    expect(await valuesOf(col("i").isBetween(2, 3, { closed: "left" }))).toEqual([false, true, false, false]);
    expect(await valuesOf(col("i").isIn([1, 4]))).toEqual([true, false, false, true]);
    expect(await valuesOf(col("s").isIn(["ab"]))).toEqual([true, false, null, false]);
    expect(await valuesOf(col("b").not())).toEqual([false, true, null, false]);
    expect(await valuesOf(col("b").and(col("i").gt(1)))).toEqual([false, false, null, true]);
    expect(await valuesOf(col("f").isNull())).toEqual([false, true, false, false]);
    const sizes = when(col("i").gt(3)).then("big").when(col("i").gt(1)).then("mid").otherwise("small");
    expect(await valuesOf(sizes)).toEqual(["small", "mid", "mid", "big"]);
    expect(await valuesOf(when(col("i").gt(3)).then(1))).toEqual([null, null, null, 1]);
    expect(await valuesOf(col("g").replace({ p: "P" }))).toEqual(["P", "q", "P", "q"]);
    expect(await valuesOf(col("i").replace(new Map([[1, 10]]), { default: 0 }))).toEqual([10n, 0n, 0n, 0n]);
    expect(await valuesOf(coalesce("f", "i"))).toEqual([0.5, 2, -1.5, 4]);
    expect(await valuesOf(col("f").fillNull(9))).toEqual([0.5, 9, -1.5, 4]);
    expect(await valuesOf(col("f").fillNull({ strategy: "backward" }))).toEqual([0.5, -1.5, -1.5, 4]);
  });

  it("aggregate", async () => {
    const of = async (expr: Selection): Promise<unknown> => ((await valuesOf(expr)) as unknown[])[0];
    expect(await of(col("f").sum())).toBe(3);
    expect(await of(col("f").mean())).toBe(1);
    expect(await of(col("i").median())).toBe(2.5);
    expect(await of(col("i").std())).toBeCloseTo(1.2909944487);
    expect(await of(col("i").var({ ddof: 0 }))).toBe(1.25);
    expect(await of(col("i").quantile(0.25, "linear"))).toBe(1.75);
    expect(await of(col("i").product())).toBe(24n);
    expect(await of(col("g").nUnique())).toBe(2);
    expect(await of(col("f").count())).toBe(3);
    expect(await of(col("f").len())).toBe(4);
    expect(await of(len())).toBe(4);
    expect(await of(col("i").argMax())).toBe(3);
    expect(await of(col("b").any())).toBe(true);
    expect(await of(col("b").all())).toBe(false);
    expect(await of(corr("i", col("i").multiply(2)))).toBeCloseTo(1);
    expect(await of(cov("i", "i"))).toBeCloseTo(5 / 3);
    expect(await of(col("i").implode())).toEqual([1, 2, 3, 4]);
    expect(await valuesOf(col("g").mode())).toEqual(["p", "q"]);
  });

  it("run along a column", async () => {
    expect(await valuesOf(col("i").cumSum())).toEqual([1, 3, 6, 10]);
    expect(await valuesOf(col("i").cumSum({ reverse: true }))).toEqual([10, 9, 7, 4]);
    expect(await valuesOf(col("i").shift(1))).toEqual([null, 1, 2, 3]);
    expect(await valuesOf(col("i").shift(-1, 0))).toEqual([2, 3, 4, 0]);
    expect(await valuesOf(col("i").diff())).toEqual([null, 1, 1, 1]);
    expect(await valuesOf(col("i").pctChange())).toEqual([null, 1, 0.5, expect.closeTo(1 / 3)]);
    expect(await valuesOf(col("i").rollingMean(2))).toEqual([null, 1.5, 2.5, 3.5]);
    expect(await valuesOf(col("i").rollingSum(3, { minPeriods: 1 }))).toEqual([1, 3, 6, 9]);
    expect(await valuesOf(col("i").rollingStd(2))).toEqual([
      null,
      ...Array<unknown>(3).fill(expect.closeTo(Math.SQRT1_2)),
    ]);
    expect(await valuesOf(col("f").rank())).toEqual([2, null, 1, 3]);
    expect(await valuesOf(col("f").interpolate())).toEqual([0.5, -0.5, -1.5, 4]);
    expect(await valuesOf(col("g").isFirstDistinct())).toEqual([true, true, false, false]);
    expect(await valuesOf(col("f").sort({ nullsLast: true }))).toEqual([-1.5, 0.5, 4, null]);
    expect(await valuesOf(col("i").sortBy("f", { descending: true, nullsLast: true }))).toEqual([4, 1, 3, 2]);
    expect(await valuesOf(col("i").topK(2))).toEqual([4, 3]);
    expect(await valuesOf(col("i").filter(col("g").eq("p")))).toEqual([1, 3]);
    expect(await valuesOf(col("i").slice(1, 2))).toEqual([2, 3]);
  });

  it("work on groups with as many rows as before", async () => {
    expect(await valuesOf(col("i").sum().over("g"))).toEqual([4, 6, 4, 6]);
    expect(await valuesOf(col("i").cumSum().over("g", { orderBy: "i", descending: true }))).toEqual([
      4, 6, 3, 4,
    ]);
  });

  it("work on text", async () => {
    const { str } = col("s");
    expect(await valuesOf(str.toUpperCase())).toEqual(["AB", "CDE", null, " X "]);
    expect(await valuesOf(str.lengths())).toEqual([2, 3, null, 3]);
    expect(await valuesOf(str.strip())).toEqual(["ab", "Cde", null, "x"]);
    expect(await valuesOf(str.contains("^[a-z]+$"))).toEqual([true, false, null, false]);
    expect(await valuesOf(str.contains("d", { literal: true }))).toEqual([false, true, null, false]);
    expect(await valuesOf(str.startsWith("C"))).toEqual([false, true, null, false]);
    expect(await valuesOf(str.replace("(b|d)", "<$1>"))).toEqual(["a<b>", "C<d>e", null, " x "]);
    expect(await valuesOf(str.slice(1, 1))).toEqual(["b", "d", null, "x"]);
    expect(await valuesOf(str.extract("([A-Z])"))).toEqual([null, "C", null, null]);
    expect(await valuesOf(str.split("b"))).toEqual([["a", ""], ["Cde"], null, [" x "]]);
    expect(await valuesOf(str.padStart(4, "."))).toEqual(["..ab", ".Cde", null, ". x "]);
    expect(await valuesOf(lit("7").str.zfill(3))).toEqual(["007"]);
    expect(await valuesOf(str.join("|"))).toEqual(["ab|Cde| x "]);
    expect(await valuesOf(concatStr(["g", "i"], "-"))).toEqual(["p-1", "q-2", "p-3", "q-4"]);
    expect(await valuesOf(lit("2024-03-01").str.toDate())).toEqual([new Date("2024-03-01")]);
    const parsed = lit("01.02.2024 03:04").str.toDatetime({ format: "%d.%m.%Y %H:%M" });
    expect(await valuesOf(parsed)).toEqual([new Date("2024-02-01T03:04:00Z")]);
  });

  it("work on times", async () => {
    const { dt } = col("t");
    expect(await valuesOf(dt.year())).toEqual([2024, 2023, null, 1970]);
    expect(await valuesOf(dt.month())).toEqual([2, 12, null, 1]);
    expect(await valuesOf(dt.weekday())).toEqual([4, 7, null, 4]);
    expect(await valuesOf(dt.isLeapYear())).toEqual([true, false, null, false]);
    expect(await valuesOf(dt.date())).toEqual([
      new Date("2024-02-29"),
      new Date("2023-12-31"),
      null,
      new Date(0),
    ]);
    expect(await valuesOf(dt.format("%Y/%m"))).toEqual(["2024/02", "2023/12", null, "1970/01"]);
    expect(await valuesOf(dt.truncate("1mo"))).toEqual([
      new Date("2024-02-01"),
      new Date("2023-12-01"),
      null,
      new Date(0),
    ]);
    expect(await valuesOf(dt.offsetBy("1d").dt.day())).toEqual([1, 1, null, 2]);
    expect(
      await valuesOf(
        col("t")
          .subtract(lit(new Date(0)))
          .dt.totalDays(),
      ),
    ).toEqual([19782n, 19722n, null, 0n]);
    const berlin = dt.replaceTimeZone("UTC").dt.convertTimeZone("Europe/Berlin").dt.hour();
    expect(await valuesOf(berlin)).toEqual([13, 0, null, 1]);
  });

  it("work on lists, structs and categories", async () => {
    const { list } = col("l");
    expect(await valuesOf(list.lengths())).toEqual([3, 0, null, 1]);
    expect(await valuesOf(list.sum())).toEqual([6n, 0n, null, 5n]);
    expect(await valuesOf(list.get(0))).toEqual([1n, null, null, 5n]);
    expect(await valuesOf(list.contains(2))).toEqual([true, false, null, false]);
    const pairs = frame.select(struct("i", "g").alias("pair"));
    expect(await columnsOf(pairs.head(1))).toEqual({ pair: [{ i: 1, g: "p" }] });
    expect(await columnsOf(pairs.select(col("pair").field("g")).head(2))).toEqual({ g: ["p", "q"] });
    expect(await columnsOf(pairs.unnest("pair").head(1))).toEqual({ i: [1], g: ["p"] });
    const cats = frame.select(col("g").cast("cat"));
    expect(cats.schema).toEqual({ g: "cat" });
    expect(await columnsOf(cats)).toEqual({ g: ["p", "q", "p", "q"] });
  });

  it("work along rows", async () => {
    expect(await valuesOf(sumHorizontal("i", "f"))).toEqual([1.5, 2, 1.5, 8]);
    expect(await valuesOf(maxHorizontal("i", "f"))).toEqual([1, 2, 3, 4]);
  });

  it("have names", async () => {
    const named = frame.select(col("i").alias("x"), col("f").prefix("a_"), col("s").suffix("_b"));
    expect(named.columns).toEqual(["x", "a_f", "s_b"]);
    expect(String(col("x").add(1).alias("y"))).toBe('col("x").add(1).alias("y")');
    // A name is a name, even if it looks like a pattern.
    const odd = dataframe.fromMap({ "^a.*$": [1], ab: [2], "*": [3] });
    expect(odd.select(col("^a.*$")).columns).toEqual(["^a.*$"]);
    expect(odd.select("*").columns).toEqual(["*"]);
  });

  it("have no value", () => {
    expectError(() => Number(col("x")), "INVALID_ARGUMENT", "no value");
    expect(String(col("x"))).toBe('col("x")');
    expectError(() => col(1 as unknown as string), "INVALID_ARGUMENT", "`name`");
    expectError(() => col("x").add(Symbol("a") as unknown as string), "INVALID_ARGUMENT", "`other`");
    expectError(() => col("x").add(2n ** 64n), "INVALID_ARGUMENT", "64 bits");
    expectError(() => col("x").quantile(2), "INVALID_ARGUMENT", "0 to 1");
    expectError(() => lit(new Date(Number.NaN)), "INVALID_ARGUMENT", "valid date");
  });
});
