import { col, type DataFrame, dataframe, len, lit } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closeTo } from "../support/close.js";
import { columnsOf, cutAt, row, SCHEMA } from "../support/frames.js";
import { piecesOf, recordsOf } from "../support/pieces.js";

/** A step on frames that have some columns at least. */
interface Step {
  readonly needs: readonly string[];
  readonly of: (frame: DataFrame, others: DataFrame, suffix: string) => DataFrame;
}

/** Steps of which each leaves columns that others need. */
const STEPS: readonly Step[] = [
  { needs: ["x"], of: (frame) => frame.filter(col("x").gt(0)) },
  { needs: ["x", "y"], of: (frame) => frame.filter(col("x").gt(-500).and(col("y").le(8))) },
  { needs: ["g"], of: (frame) => frame.filter(col("g").isNotNull()) },
  { needs: ["y"], of: (frame) => frame.filter(col("y").gt(col("y").mean())) },
  { needs: ["x", "g"], of: (frame) => frame.select("x", "g") },
  { needs: ["x", "y"], of: (frame) => frame.select("y", col("x").negate(), lit(1).alias("one")) },
  { needs: ["x"], of: (frame) => frame.withColumns(col("x").plus(1), lit("b").alias("g")) },
  { needs: ["x", "y"], of: (frame) => frame.withColumns(col("y").max().alias("top")) },
  { needs: ["x"], of: (frame) => frame.rename({ x: "w" }) },
  { needs: ["w"], of: (frame) => frame.rename({ w: "x" }) },
  { needs: ["x", "y"], of: (frame) => frame.rename({ x: "y", y: "x" }) },
  { needs: ["y"], of: (frame) => frame.drop("y") },
  { needs: ["x"], of: (frame) => frame.sort("x", { nullsLast: true }) },
  { needs: ["y"], of: (frame) => frame.sort("y", { descending: true }) },
  { needs: ["g"], of: (frame) => frame.unique("g") },
  { needs: ["x", "g"], of: (frame) => frame.unique(["g", "x"], { keep: "last" }) },
  { needs: [], of: (frame) => frame.unique() },
  { needs: ["x"], of: (frame) => frame.dropNulls("x") },
  { needs: ["g", "x"], of: (frame) => frame.groupBy("g").agg(col("x").median(), col("x").max().alias("y")) },
  { needs: ["g", "x"], of: (frame) => frame.groupBy("g", "x").agg(col("g").count().alias("n")) },
  { needs: ["x"], of: (frame) => frame.groupBy("x").agg(lit(2).alias("y"), col("x").min().alias("w")) },
  { needs: ["g"], of: (frame, others, suffix) => frame.join(others, { on: "g", suffix }) },
  { needs: ["g"], of: (frame, others, suffix) => frame.join(others, { on: "g", suffix, how: "left" }) },
  { needs: ["g"], of: (frame, others, suffix) => frame.join(others, { on: "g", suffix, how: "right" }) },
  { needs: ["g"], of: (frame, others, suffix) => frame.join(others, { on: "g", suffix, how: "full" }) },
  { needs: ["x"], of: (frame, others) => frame.join(others, { on: "x", how: "semi" }) },
  { needs: ["x"], of: (frame) => frame.join(frame.filter(col("x").gt(0)), { on: "x", how: "anti" }) },
  { needs: [], of: (frame) => frame.slice(1, 20) },
  { needs: [], of: (frame) => frame.reverse() },
  { needs: [], of: (frame) => dataframe.concat([frame, frame]) },
];

/** The last step: few columns of what there is. */
const ENDS: readonly Step[] = [
  { needs: [], of: (frame) => frame },
  { needs: [], of: (frame) => frame.select(frame.columns.slice(-1)) },
  { needs: ["x"], of: (frame) => frame.select("x") },
  { needs: ["g"], of: (frame) => frame.groupBy("g").len() },
  { needs: [], of: (frame) => frame.select(len()) },
  { needs: ["x"], of: (frame, others) => frame.select("x").join(others.select("g"), { how: "cross" }) },
];

describe("filters and columns that are brought to where rows come from", () => {
  it("leave the rows of any query as they are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
        fc.array(fc.constantFrom(...STEPS), { minLength: 2, maxLength: 6 }),
        fc.constantFrom(...ENDS),
        async (rows, cuts, steps, end) => {
          const others = dataframe.fromRecords(rows.slice(0, 5), { schema: SCHEMA }) as DataFrame;
          const parts = cutAt(rows, cuts).map((piece) => dataframe.fromRecords(piece, { schema: SCHEMA }));
          const query = [...steps, end].reduce<DataFrame>(
            (frame, { needs, of }, number) => {
              if (!needs.every((name) => frame.columns.includes(name))) return frame;
              try {
                return of(frame, others, `_${number}`);
              } catch {
                // Types and names that earlier steps made do not suit: it is left out.
                return frame;
              }
            },
            dataframe.concat(parts as DataFrame[]),
          );
          const there = await recordsOf(await piecesOf(query));
          expect(there).toEqual(closeTo(await query.toRecords()));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("a join of rows that are equal by constants", () => {
  const left = dataframe.fromRecords(
    [
      { g: "a", x: 5 },
      { g: "c", x: 7 },
    ],
    { schema: { g: "str", x: "i64" } },
  );
  const right = dataframe.fromRecords(
    [
      { g: "a", x: 7, w: 0 },
      { g: "b", x: 7, w: 1 },
      { g: "b", x: 7, w: 2 },
    ],
    { schema: { g: "str", x: "i64", w: "i32" } },
  );

  it.each([
    ["inner", [1, 2, 1, 2]],
    ["left", [1, 2, 1, 2]],
    ["right", [0, 1, 1, 2, 2]],
    ["full", [1, 2, 1, 2, 0]],
  ] as const)("keeps the order of both sides: %s, by a literal", async (how, w) => {
    const joined = left.withColumns(lit("b").alias("g")).join(right, { on: "g", how });
    expect(await columnsOf(joined.select("w"))).toEqual({ w });
  });

  it.each([
    ["inner", [0, 1, 2, 0, 1, 2]],
    ["right", [0, 0, 1, 1, 2, 2]],
  ] as const)("keeps the order of both sides: %s, by a maximum", async (how, w) => {
    const joined = left.withColumns(col("x").max()).join(right, { on: "x", how });
    expect(await columnsOf(joined.select("w"))).toEqual({ w });
  });
});

describe("rows of several frames", () => {
  it("have the same columns, whatever else is wanted of one of them", async () => {
    const [one, other] = [1, 5].map((x) => dataframe.fromMap({ x: [x], y: [x + 1] }));
    const together = dataframe.concat([one, other] as DataFrame[]).select("x");
    const query = together.join((one as DataFrame).select("y"), { how: "cross" });
    expect(await recordsOf(await piecesOf(query))).toEqual([
      { x: 1n, y: 2n },
      { x: 5n, y: 2n },
    ]);
  });
});

describe("some rows of groups and joins", () => {
  const rows = dataframe.fromRecords(
    Array.from({ length: 400 }, (_, k) => ({ k: `group ${k}`, x: k < 300 ? null : k })),
    { schema: { k: "str", x: "f64" } },
  );

  it.each([
    ["tail", (frame: DataFrame) => frame.tail(100), 0],
    ["head", (frame: DataFrame) => frame.head(300), 300],
  ] as const)("are those that were meant, whatever is asked of them: %s", async (_, some, nulls) => {
    const groups = rows.groupBy("k").agg(col("x").max());
    const joined = rows.join(rows.select("k").reverse(), { on: "k" });
    for (const frame of [groups, joined])
      expect(await columnsOf(some(frame).select(col("x").isNull().sum()))).toEqual({ x: [nulls] });
  });
});
