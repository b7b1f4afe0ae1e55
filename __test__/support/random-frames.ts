import { col, type DataFrame, dataframe, len, lit, when } from "bramble";
import fc from "fast-check";

/** Columns of many types. */
export const WIDE = {
  k: "str",
  i: "i64",
  j: "i16",
  u: "u32",
  f: "f64",
  b: "bool",
  d: "date",
  t: "datetime",
  l: { list: "i64" },
  s: "str",
} as const;

/** A row of these columns. */
export type WideRow = Readonly<Record<keyof typeof WIDE, unknown>>;

const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(values, { nil: null, freq: 6 });
const days = fc.integer({ min: -40_000, max: 40_000 });

/** Text with everything that formats must keep apart: nothing, quotes, separators, line ends, code points beyond 16 bits. */
const text = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    ",",
    '"',
    '""',
    "\n",
    "\r\n",
    "null",
    "NaN",
    "0",
    "true",
    "é",
    "日本",
    "🐙",
    "\u0000",
  ),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);

/** Rows of few groups, with nulls, NaN, empty text and lists. Sums of them are exact in any order. */
export const wideRow: fc.Arbitrary<WideRow> = fc.record({
  k: fc.constantFrom("a", "b", "", "é", null),
  i: orNull(fc.integer({ min: -1000, max: 1000 }).map(BigInt)),
  j: orNull(fc.integer({ min: -5, max: 5 })),
  u: orNull(fc.integer({ min: 0, max: 2 ** 20 })),
  f: orNull(
    fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -64, max: 64 }).map((value) => value / 4) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    ),
  ),
  b: orNull(fc.boolean()),
  d: orNull(days.map((day) => new Date(day * 86_400_000))),
  t: orNull(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((time) => new Date(time))),
  l: orNull(fc.array(orNull(fc.integer({ min: -9, max: 9 }).map(BigInt)), { maxLength: 3 })),
  s: orNull(text),
});

/** A frame of rows. */
export function wideFrame(rows: readonly WideRow[]): DataFrame {
  return dataframe.fromRecords(rows, { schema: WIDE }) as DataFrame;
}

/** An operation, with a name for whoever looks at a failure. */
export interface NamedOperation {
  readonly name: string;
  readonly apply: (frame: DataFrame) => DataFrame;
}

const names = Object.keys(WIDE);
const groups = (frame: DataFrame): DataFrame =>
  frame.groupBy("k").agg(col("i").max().alias("top"), len().alias("rows"));

/** Operations that keep the columns and their types, so that one can follow another. */
const STEPS: readonly fc.Arbitrary<NamedOperation>[] = [
  fc.integer({ min: -500, max: 500 }).map((least) => ({
    name: `filter i > ${least}`,
    apply: (frame) => frame.filter(col("i").gt(least)),
  })),
  fc.constantFrom<NamedOperation>(
    { name: "filter b", apply: (frame) => frame.filter(col("b")) },
    { name: "filter s", apply: (frame) => frame.filter(col("s").ne("").or(col("f").isNan())) },
    { name: "dropNulls", apply: (frame) => frame.dropNulls(["k", "f"]) },
    {
      name: "fillNull",
      apply: (frame) => frame.withColumns(col("k").fillNull("none"), col("j").fillNull(0)),
    },
    {
      name: "cases",
      apply: (frame) =>
        frame.withColumns(when(col("j").lt(0)).then(col("i")).otherwise(lit(7)).cast("i64").alias("i")),
    },
    {
      name: "arithmetic",
      apply: (frame) => frame.withColumns(col("i").multiply(3).modulo(1000).alias("i"), col("f").negate()),
    },
    { name: "text", apply: (frame) => frame.withColumns(col("s").str.toUpperCase()) },
    {
      name: "rename",
      apply: (frame) => frame.rename({ k: "q" }).filter(col("q").ne("b")).rename({ q: "k" }),
    },
    {
      name: "sort",
      apply: (frame) => frame.sort(["j", "k"], { descending: [true, false], nullsLast: true }),
    },
    { name: "reverse", apply: (frame) => frame.reverse() },
    { name: "topK", apply: (frame) => frame.sort(["u", "t", "i"]).head(9) },
    { name: "unique", apply: (frame) => frame.unique(["k", "b"]) },
    { name: "unique, the last", apply: (frame) => frame.unique("j", { keep: "last" }) },
    { name: "dropDuplicates", apply: (frame) => frame.dropDuplicates(["k", "j"]) },
    {
      name: "groupBy",
      apply: (frame) =>
        frame
          .groupBy("k")
          .agg(
            col("i").sum(),
            col("j").max(),
            col("u").min(),
            col("f").first(),
            col("b").any(),
            col("d").max(),
            col("t").min(),
            col("l").last(),
            col("s").max(),
          ),
    },
    {
      name: "medians of groups",
      apply: (frame) => frame.withColumns(col("f").median().over("j").alias("f")),
    },
    {
      name: "window",
      apply: (frame) =>
        frame.withColumns(col("i").sum().over("k").alias("i"), col("u").max().over(["j", "b"])),
    },
    { name: "cumulative", apply: (frame) => frame.withColumns(col("i").cumSum(), col("u").cumMax()) },
    { name: "shift", apply: (frame) => frame.withColumns(col("j").shift(1), col("s").shift(-2)) },
    { name: "rolling", apply: (frame) => frame.withColumns(col("i").rollingMax(3)) },
    {
      name: "explode",
      apply: (frame) =>
        frame
          .withRowIndex("row")
          .explode("l")
          .groupBy("row")
          .agg(...names.filter((name) => name !== "l").map((name) => col(name).first()), col("l").implode())
          .select(...names),
    },
    ...(["left", "inner", "semi", "anti", "full", "right"] as const).map(
      (how): NamedOperation => ({
        name: `join ${how}`,
        apply: (frame) =>
          frame.join(groups(frame).filter(col("rows").gt(1)), { on: "k", how }).select(...names),
      }),
    ),
    {
      name: "join cross",
      apply: (frame) =>
        frame
          .head(8)
          .join(frame.head(3).select(col("j").alias("other")), { how: "cross" })
          .drop("other"),
    },
    {
      name: "concat",
      apply: (frame) => dataframe.concat([frame.filter(col("j").gt(0)), frame.filter(col("b"))]),
    },
  ),
  fc.tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: 0, max: 15 })).map(([offset, length]) => ({
    name: `slice ${offset}, ${length}`,
    apply: (frame) => frame.slice(offset, length),
  })),
  fc.integer({ min: 0, max: 12 }).map((n) => ({ name: `tail ${n}`, apply: (frame) => frame.tail(n) })),
];

/** Operations after which there are other columns. */
const ENDS: readonly NamedOperation[] = [
  { name: "rows", apply: (frame) => frame },
  { name: "columns", apply: (frame) => frame.select("s", col("i").plus(col("j")).alias("sum"), "l") },
  {
    name: "unpivot",
    // Batches of rows give the same in another order.
    apply: (frame) =>
      frame.unpivot({ index: ["k", "s"], on: ["i", "u"] }).sort(["variable", "value", "k", "s"]),
  },
  {
    name: "pivot",
    apply: (frame) => frame.pivot({ on: "b", columns: [true, false], index: "k", values: "i" }),
  },
  { name: "valueCounts", apply: (frame) => frame.valueCounts(["k", "j"]).sort(["count", "k", "j"]) },
  { name: "nullCount", apply: (frame) => frame.nullCount() },
  { name: "count", apply: (frame) => frame.select(len().alias("rows"), col("i").sum(), col("s").count()) },
  { name: "nUnique", apply: (frame) => frame.select(col("k").nUnique(), col("d").nUnique()) },
  { name: "groups of groups", apply: (frame) => groups(frame).groupBy(col("top").gt(0).alias("plus")).len() },
  {
    name: "lists",
    apply: (frame) => frame.select(col("l").list.lengths(), col("l").list.sum().alias("sum")),
  },
  { name: "getDummies", apply: (frame) => frame.select("k", "i").getDummies("k", ["a", "b"]) },
];

/** Some operations, one after the other. */
export const chain: fc.Arbitrary<NamedOperation> = fc
  .tuple(fc.array(fc.oneof(...STEPS), { maxLength: 4 }), fc.constantFrom(...ENDS))
  .map(([steps, end]) => ({
    name: [...steps, end].map(({ name }) => name).join(", then "),
    apply: (frame: DataFrame): DataFrame => [...steps, end].reduce((rows, { apply }) => apply(rows), frame),
    [fc.toStringMethod]: () => [...steps, end].map(({ name }) => name).join(", then "),
  }));
