import { col, corr, cov, type DataFrame, dataframe, len, lit } from "bramble";
import { describe, expect, it } from "vitest";
import { columnsOf } from "../support/frames.js";
import { readOracle } from "../support/oracle.js";

type Columns = Record<string, unknown[]>;
const oracle = readOracle<{ left: Columns; right: Columns; answers: Record<string, Columns> }>("frames");
const left = dataframe.fromMap(oracle.left, {
  schema: { k: "str", m: "i64", x: "f64", y: "i64", s: "str", day: "i64" },
});
const right = dataframe.fromMap(oracle.right, { schema: { m: "i64", label: "str" } });
const dates = left.select(
  lit("2023-01-01").str.toDate().dt.offsetBy(col("day").cast("str").add("d")).alias("date"),
  "y",
);
const { dt } = col("date");
const { str } = col("s");

/** The queries that `__test__/oracle/make_frames.py` asked pandas. */
const QUERIES: Readonly<Record<string, DataFrame>> = {
  groups: left.groupBy("k").agg({
    sum: col("x").sum(),
    mean: col("x").mean(),
    min: col("y").min(),
    max: col("y").max(),
    std: col("x").std(),
    var: col("y").var(),
    median: col("x").median(),
    count: col("x").count(),
    size: len(),
    first: col("y").first(),
    last: col("y").last(),
    unique: col("m").nUnique(),
  }),
  "two keys": left.groupBy("k", "m").agg(col("y").sum()).sort(["k", "m"]),
  quantiles: left.groupBy("k").agg(col("y").quantile(0.3, "linear").alias("q")),
  inner: left.join(right, { on: "m" }).select("k", "m", "y", "label"),
  left: left.join(right, { on: "m", how: "left" }).select("k", "m", "y", "label"),
  sorted: left.sort(["k", "y"], { descending: [false, true] }).select("k", "y"),
  filtered: left.filter(col("x").gt(1).and(col("k").ne("a"))).select("k", "x"),
  cumulative: left.select({ sum: col("y").cumSum(), max: col("y").cumMax() }),
  rolling: left.select({
    mean: col("y").rollingMean(5),
    sum: col("y").rollingSum(3, { minPeriods: 1 }),
    std: col("y").rollingStd(4),
    median: col("y").rollingMedian(5, { center: true }),
  }),
  shifted: left.select({ shift: col("y").shift(2), diff: col("y").diff(), rank: col("y").rank() }),
  "grouped running": left.select({ sum: col("y").cumSum().over("k"), mean: col("y").mean().over("k") }),
  text: left.select({
    upper: str.toUpperCase(),
    length: str.lengths(),
    has: str.contains("e"),
    cut: str.slice(1, 2),
  }),
  dates: dates.select({
    year: dt.year(),
    month: dt.month(),
    weekday: dt.weekday(),
    week: dt.week(),
    ordinal: dt.ordinalDay(),
    quarter: dt.quarter(),
  }),
  months: dates
    .sort("date")
    .groupByDynamic("date", { every: "1mo" })
    .agg(col("y").sum())
    .select({ month: dt.format("%Y-%m"), y: col("y") }),
  moments: left.select({
    skew: col("y").skew({ bias: false }),
    kurtosis: col("y").kurtosis({ bias: false }),
    corr: corr("m", "y"),
    cov: cov("m", "y"),
  }),
  counts: left.groupBy("k").len({ name: "count" }),
  pivot: left
    .pivot({
      on: "m",
      columns: [0, 1, 2, 3, 4],
      index: "k",
      values: "y",
      aggregate: (values) => values.sum(),
    })
    .sort("k"),
  melted: right.melt({ index: "m" }),
  distinct: left.unique(["k", "m"]).select("k", "m", "y"),
  filled: left.select({ forward: col("x").fillNull({ strategy: "forward" }), line: col("x").interpolate() }),
};

describe("queries of data frames give what pandas gives", () => {
  it("for all that pandas was asked", () => {
    expect(Object.keys(QUERIES).sort()).toEqual(Object.keys(oracle.answers).sort());
  });

  for (const [name, query] of Object.entries(QUERIES)) {
    it(name, async () => {
      const answers = Object.entries(await columnsOf(query));
      const close = answers.map(([column, values]) => [column, values.map(plain)]);
      const expected = Object.entries(oracle.answers[name] ?? {}).map(([column, values]) => [
        column,
        values.map((value) => (typeof value === "number" ? expect.closeTo(value, 9) : value)),
      ]);
      expect(close).toEqual(expected);
    });
  }
});

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
