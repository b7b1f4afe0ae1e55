import { all, col, type DataFrame, dataframe, exclude, len, lit } from "bramble";
import { describe, expect, it } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";
import { columnsOf } from "../support/frames.js";

const people = dataframe.fromMap({
  name: ["Ada", "Bob", "Cy", "Dee", null],
  team: ["x", "y", "x", "y", "x"],
  age: Int32Array.of(36, 41, 29, 52, 40),
  score: [1.5, null, 2.5, 4, 8],
});

describe("a data frame", () => {
  it("knows its columns and types before anything is computed", () => {
    expect(people.columns).toEqual(["name", "team", "age", "score"]);
    expect(people.schema).toEqual({ name: "str", team: "str", age: "i32", score: "f64" });
    expect(people.width).toBe(4);
    const grouped = people.groupBy("team").agg(col("age").mean(), len().alias("n"));
    expect(grouped.schema).toEqual({ team: "str", age: "f64", n: "u32" });
    expect(String(people)).toBe(
      "DataFrame of 4 columns in 1 partitions\n  name: str\n  team: str\n  age: i32\n  score: f64",
    );
    expect("then" in people).toBe(false);
  });

  it("selects, computes and renames columns", async () => {
    const selected = people.select("name", col("age").add(1).alias("next"), {
      double: col("score").multiply(2),
    });
    expect(await columnsOf(selected)).toEqual({
      name: ["Ada", "Bob", "Cy", "Dee", null],
      next: [37, 42, 30, 53, 41],
      double: [3, null, 5, 8, 16],
    });
    expect(people.rename({ age: "years" }).columns).toEqual(["name", "team", "years", "score"]);
    expect(people.drop("age", "score").columns).toEqual(["name", "team"]);
    expect(people.select(exclude("age")).columns).toEqual(["name", "team", "score"]);
    expect(people.withColumns({ one: 1, flag: lit(true) }).schema).toMatchObject({
      one: "i32",
      flag: "bool",
    });
    expect(people.cast({ age: "i64" }).schema).toMatchObject({ age: "i64" });
  });

  it("filters by what is true and leaves out null", async () => {
    const frame = people.filter(col("score").gt(2), col("team").eq("x")).select("age");
    expect(await columnsOf(frame)).toEqual({ age: [29, 40] });
    expectError(() => people.filter(col("age")), "SCHEMA_MISMATCH", "true or false");
  });

  it("groups in the order of first rows", async () => {
    const grouped = people
      .groupBy("team")
      .agg(col("age").sum(), col("score").count().alias("scores"), col("name").first());
    expect(await columnsOf(grouped)).toEqual({
      team: ["x", "y"],
      age: [105, 93],
      scores: [3, 1],
      name: ["Ada", "Bob"],
    });
    expect(await columnsOf(people.groupBy("team").len())).toEqual({ team: ["x", "y"], len: [3, 2] });
    expect(await columnsOf(people.groupBy("team").head(1).select("team", "age"))).toEqual({
      team: ["x", "y"],
      age: [36, 41],
    });
    expect(await columnsOf(people.select("team", "age").groupBy("team").max())).toEqual({
      team: ["x", "y"],
      age: [40, 52],
    });
  });

  it("sorts with null where it is wanted, and keeps the order of equal rows", async () => {
    const order = async (...options: Parameters<typeof people.sort>): Promise<unknown> =>
      (await columnsOf(people.sort(...options).select("age")))["age"];
    expect(await order("score")).toEqual([41, 36, 29, 52, 40]);
    expect(await order("score", { descending: true, nullsLast: true })).toEqual([40, 52, 29, 36, 41]);
    expect(await order("team")).toEqual([36, 29, 40, 41, 52]);
    expect(await order(["team", "age"], { descending: [true, false] })).toEqual([41, 52, 29, 36, 40]);
    expect(await columnsOf(people.topK(2, "age").select("age"))).toEqual({ age: [52, 41] });
    expect(await columnsOf(people.bottomK(2, "age").select("age"))).toEqual({ age: [29, 36] });
  });

  it("takes rows by their places", async () => {
    const ages = async (frame: typeof people): Promise<unknown> => (await columnsOf(frame))["age"];
    expect(await ages(people.head(2))).toEqual([36, 41]);
    expect(await ages(people.tail(2))).toEqual([52, 40]);
    expect(await ages(people.tail(0))).toEqual([]);
    expect(await ages(people.slice(1, 2))).toEqual([41, 29]);
    expect(await ages(people.slice(-2))).toEqual([52, 40]);
    expect(await ages(people.reverse())).toEqual([40, 52, 29, 41, 36]);
    expect(await people.len()).toBe(5);
    expect(await people.head(0).len()).toBe(0);
    expect(await columnsOf(people.withRowIndex("row", 5).select("row"))).toEqual({ row: [5, 6, 7, 8, 9] });
  });

  it("draws the same rows for the same seed", async () => {
    const numbers = dataframe.fromMap({ x: Int32Array.from({ length: 1000 }, (_, index) => index) });
    const drawn = await columnsOf(numbers.sample({ fraction: 0.3, seed: 7 }));
    expect(drawn).toEqual(await columnsOf(numbers.sample({ fraction: 0.3, seed: 7 })));
    expect(drawn).not.toEqual(await columnsOf(numbers.sample({ fraction: 0.3, seed: 8 })));
    const count = drawn["x"]?.length ?? 0;
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(400);
    expect(await numbers.sample({ fraction: 0 }).len()).toBe(0);
    expect(await numbers.sample({ fraction: 1 }).len()).toBe(1000);
  });

  it("keeps one of equal rows", async () => {
    expect(await columnsOf(people.unique("team").select("age"))).toEqual({ age: [36, 41] });
    expect(await columnsOf(people.unique("team", { keep: "last" }).select("age"))).toEqual({ age: [52, 40] });
    expect(await people.unique().len()).toBe(5);
    expect(await columnsOf(people.valueCounts("team"))).toEqual({ team: ["x", "y"], count: [3, 2] });
  });

  it("deals with null", async () => {
    expect(await columnsOf(people.dropNulls("score").select("age"))).toEqual({ age: [36, 29, 52, 40] });
    expect(await people.dropNulls().len()).toBe(3);
    expect(await columnsOf(people.select("score").fillNull(0))).toEqual({ score: [1.5, 0, 2.5, 4, 8] });
    expect(await columnsOf(people.select("score").fillNull({ strategy: "forward" }))).toEqual({
      score: [1.5, 1.5, 2.5, 4, 8],
    });
    expect(await columnsOf(people.nullCount())).toEqual({ name: [1], team: [0], age: [0], score: [1] });
  });

  it("joins on equal keys", async () => {
    const teams = dataframe.fromMap({ team: ["x", "z"], city: ["Rome", "Oslo"] });
    const joined = async (how: "inner" | "left" | "right" | "full" | "semi" | "anti"): Promise<unknown> =>
      (await people.join(teams, { on: "team", how }).toRecords()).map((row) => [
        row["age"],
        row["team"],
        row["city"],
      ]);
    expect(await joined("inner")).toEqual([
      [36, "x", "Rome"],
      [29, "x", "Rome"],
      [40, "x", "Rome"],
    ]);
    expect(await joined("left")).toEqual([
      [36, "x", "Rome"],
      [41, "y", null],
      [29, "x", "Rome"],
      [52, "y", null],
      [40, "x", "Rome"],
    ]);
    expect(await joined("right")).toEqual([
      [36, "x", "Rome"],
      [29, "x", "Rome"],
      [40, "x", "Rome"],
      [null, "z", "Oslo"],
    ]);
    expect(await joined("full")).toHaveLength(6);
    expect(await joined("semi")).toHaveLength(3);
    expect(await joined("anti")).toEqual([
      [41, "y", undefined],
      [52, "y", undefined],
    ]);
    expect(await people.join(teams, { how: "cross" }).len()).toBe(10);
    expect(people.join(people, { on: "age" }).columns).toContain("name_right");
  });

  it("joins the nearest", async () => {
    const quotes = dataframe.fromMap({ at: [10, 1, 5, null], price: [100, 10, 50, 1] });
    const trades = dataframe.fromMap({ at: [5, 0, 7, 20, null] });
    const prices = async (options: object): Promise<unknown> =>
      (await columnsOf(trades.joinAsof(quotes, { on: "at", ...options })))["price"];
    expect(trades.joinAsof(quotes, { on: "at" }).columns).toEqual(["at", "price"]);
    expect(await prices({})).toEqual([50n, null, 50n, 100n, null]);
    expect(await prices({ strategy: "forward" })).toEqual([50n, 10n, 100n, null, null]);
    expect(await prices({ strategy: "nearest" })).toEqual([50n, 10n, 50n, 100n, null]);
    expect(await prices({ strategy: "nearest", tolerance: 1 })).toEqual([50n, 10n, null, null, null]);
    const grouped = quotes.withColumns({ key: col("at").modulo(2) });
    const keyed = trades.withColumns({ key: col("at").modulo(2) }).joinAsof(grouped, { on: "at", by: "key" });
    expect((await columnsOf(keyed))["price"]).toEqual([50n, null, 50n, 100n, null]);
    const dates = dataframe
      .fromMap({ day: [new Date("2024-01-03")] })
      .joinAsof(dataframe.fromMap({ day: [new Date("2024-01-01"), new Date("2024-01-09")], n: [1, 2] }), {
        on: "day",
        strategy: "nearest",
        tolerance: 3 * 86_400_000,
      });
    expect((await columnsOf(dates))["n"]).toEqual([1n]);
    expectError(
      () => trades.joinAsof(people, { leftOn: "at", rightOn: "name" }),
      "SCHEMA_MISMATCH",
      "of one type",
    );
  });

  it("puts frames together", async () => {
    const a = dataframe.fromMap({ x: Int32Array.of(1), y: ["a"] });
    const b = dataframe.fromMap({ x: Float64Array.of(2.5), z: [true] });
    expect(await columnsOf(dataframe.concat([a, a]))).toEqual({ x: [1, 1], y: ["a", "a"] });
    expect(await columnsOf(dataframe.concat([a, b], { how: "relaxed" }))).toEqual({
      x: [1, 2.5],
      y: ["a", null],
      z: [null, true],
    });
    expect(await columnsOf(dataframe.concat([a, b.drop("x")], { how: "horizontal" }))).toEqual({
      x: [1],
      y: ["a"],
      z: [true],
    });
    expectError(() => dataframe.concat([a, b]), "SCHEMA_MISMATCH", "");
  });

  it("counts the rows of what was put together", async () => {
    const a = dataframe.fromMap({ x: Int32Array.of(1, 2), y: ["a", null] });
    const together = dataframe.concat([a, a, a]).filter(col("x").lt(3));
    expect(await columnsOf(together.select(len()))).toEqual({ len: [6] });
    expect(await columnsOf(together.select(col("y").len().alias("n")))).toEqual({ n: [6] });
    expect(await columnsOf(together.select(col("y").count()))).toEqual({ y: [3] });
    expect(await columnsOf(a.select(len().alias("n")))).toEqual({ n: [2] });
  });

  it("changes its form", async () => {
    const wide = dataframe.fromMap({ id: ["p", "q"], a: [1, 2], b: [3, 4] });
    const long = wide.unpivot({ index: "id" });
    expect(await columnsOf(long)).toEqual({
      id: ["p", "q", "p", "q"],
      variable: ["a", "a", "b", "b"],
      value: [1n, 2n, 3n, 4n],
    });
    const back = long.pivot({ on: "variable", columns: ["a", "b"], index: "id", values: "value" });
    expect(await columnsOf(back)).toEqual({ id: ["p", "q"], a: [1n, 2n], b: [3n, 4n] });
    const lists = dataframe.fromMap({ k: ["p", "q"], v: [[1, 2], [3]] });
    expect(await columnsOf(lists.explode("v"))).toEqual({ k: ["p", "p", "q"], v: [1n, 2n, 3n] });
    expect(await columnsOf(wide.getDummies("id", ["p", "q"]).select("id_p", "id_q"))).toEqual({
      id_p: [1, 0],
      id_q: [0, 1],
    });
  });

  it("describes its columns", async () => {
    const described = await columnsOf(people.describe());
    expect(described["statistic"]).toEqual([
      "count",
      "nullCount",
      "mean",
      "std",
      "min",
      "25%",
      "50%",
      "75%",
      "max",
    ]);
    expect(described["score"]).toEqual([4, 1, 4, expect.closeTo(2.857738, 5), 1.5, 2.5, 4, 4, 8]);
    expect(described["name"]).toEqual(["4", "1", null, null, "Ada", null, null, null, "Dee"]);
  });

  it("groups by windows of time", async () => {
    const hours = [0, 1, 5, 6, 26].map((hour) => new Date(Date.UTC(2024, 0, 1, hour)));
    const frame = dataframe.fromMap({ at: hours, x: [1, 2, 3, 4, 5] });
    const grouped = frame.groupByDynamic("at", { every: "6h" }).agg(col("x").sum());
    expect(await columnsOf(grouped)).toEqual({
      at: [0, 6, 24].map((hour) => new Date(Date.UTC(2024, 0, 1, hour))),
      x: [6n, 4n, 5n],
    });
  });

  it("computes one query once where several use it", async () => {
    const base = people.withColumns({ half: col("age").divide(2) });
    const twice = dataframe.concat([base.select("half"), base.select("half")]);
    expect(await columnsOf(twice)).toEqual({ half: [18, 20.5, 14.5, 26, 20, 18, 20.5, 14.5, 26, 20] });
  });

  it("keeps what it computed", async () => {
    const kept = await people.filter(col("age").gt(40)).persist();
    expect(await columnsOf(kept.select("name"))).toEqual({ name: ["Bob", "Dee"] });
  });

  it("takes a long chain of operations", async () => {
    let frame: typeof people = people.select("age");
    for (let index = 0; index < 200; index += 1) frame = frame.head(5) as typeof people;
    expect(await frame.len()).toBe(5);
  });

  it("prints what was computed as Polars does", async () => {
    const table = await people.select("name", "score").compute();
    expect(String(table)).toBe(
      [
        "shape: (5, 2)",
        "┌──────┬───────┐",
        "│ name ┆ score │",
        "│ ---  ┆ ---   │",
        "│ str  ┆ f64   │",
        "╞══════╪═══════╡",
        "│ Ada  ┆ 1.5   │",
        "│ Bob  ┆ null  │",
        "│ Cy   ┆ 2.5   │",
        "│ Dee  ┆ 4.0   │",
        "│ null ┆ 8.0   │",
        "└──────┴───────┘",
      ].join("\n"),
    );
    expect(table.numRows).toBe(5);
    expect(table.getChild("score")?.get(3)).toBe(4);
  });

  it("explains itself", () => {
    const text = people.select("age", "team").filter(col("age").gt(1)).explain();
    expect(text).toContain("Written");
    expect(text).toContain("Optimised");
    const sums = people.repartition(9).groupBy("team").agg(col("age").sum());
    expect(sums.explain()).toContain("memory: 9 pieces\n1 select: 9 pieces\n2 groupBy: 1 piece, 10 calls\n");
    const sorted = people
      .setIndex("age", { divisions: [0, 30, 60] })
      .repartition(3)
      .sort("team");
    expect(sorted.explain()).toMatch(/In pieces[^]*sort: 2 pieces, 1 call, 2 shards/);
  });

  it("is dealt out to several by chance, each row once", async () => {
    const rows = dataframe.fromMap({ x: Float64Array.from({ length: 1000 }, (_, row) => row) });
    const parts = rows.randomSplit([1, 3, 0], { seed: 5 });
    const xs = await Promise.all(parts.map(async (part) => (await columnsOf(part as DataFrame))["x"] ?? []));
    expect(
      xs
        .flat()
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual(Array.from({ length: 1000 }, (_, row) => row));
    expect(xs[0]?.length).toBeGreaterThan(200);
    expect(xs[0]?.length).toBeLessThan(300);
    expect(xs[2]).toEqual([]);
    const [again] = rows.repartition(7).randomSplit([1, 3, 0], { seed: 5 });
    expect((await columnsOf(again as DataFrame))["x"]).toEqual(xs[0]);
    for (const shares of [[], [0, 0], [-1], ["a"]] as number[][])
      expectError(() => rows.randomSplit(shares), "INVALID_ARGUMENT", "`shares`");
  });

  it("has spreads and products of columns and groups", async () => {
    const rows = dataframe.fromMap({ g: [1, 1, 2], x: [1, 3, 5] }) as DataFrame;
    expect(await rows.select("x").var().toRecords()).toEqual([{ x: 4 }]);
    expect(await rows.select("x").std({ ddof: 2 }).toRecords()).toEqual([{ x: Math.sqrt(8) }]);
    expect(await rows.select("x").median().toRecords()).toEqual([{ x: 3 }]);
    expect((await columnsOf(rows.groupBy("g").var()))["x"]).toEqual([2, null]);
    expect((await columnsOf(rows.groupBy("g").std({ ddof: 0 })))["x"]).toEqual([1, 0]);
    expect((await columnsOf(rows.groupBy("g").product()))["x"]?.map(Number)).toEqual([3, 5]);
  });

  it("refuses what can't be, with the nearest names, before it computes", () => {
    expectError(
      () => people.select("nmae"),
      "COLUMN_NOT_FOUND",
      'There is no column "nmae": the nearest it has are "name"',
    );
    expectError(() => people.withColumns(col("scor").add(1)), "COLUMN_NOT_FOUND", '"score"');
    expectError(() => people.select(col("name").add(1)), "SCHEMA_MISMATCH", "");
    expectError(() => people.groupBy("tea"), "COLUMN_NOT_FOUND", '"team"');
    expectError(() => people.sort("x"), "COLUMN_NOT_FOUND", "x");
    expectError(() => people.join(people, {}), "INVALID_ARGUMENT", "`on`");
    expectError(
      () => people.join(people, { leftOn: "name", rightOn: "age" }),
      "SCHEMA_MISMATCH",
      "different types",
    );
    expectError(() => people.join({} as typeof people, { on: "age" }), "INVALID_ARGUMENT", "a data frame");
    expectError(() => people.head(-1), "INVALID_ARGUMENT", "`n`");
    expectError(() => people.select("age", "age"), "SCHEMA_MISMATCH", "age");
    expectError(() => people.cast({ age: "i63" as "i64" }), "INVALID_ARGUMENT", '"i64"');
    expectError(() => people.select(all().alias("same")), "SCHEMA_MISMATCH", "same");
  });

  it("says which value is wrong", async () => {
    const wrong = people.select(col("name").cast("i64"));
    await expectRejection(wrong.compute(), "SCHEMA_MISMATCH", "Ada");
    expect((await columnsOf(people.select(col("name").cast("i64", { strict: false }))))["name"]).toEqual(
      Array(5).fill(null),
    );
  });

  it("stops waiting when it is told to", async () => {
    const reason = new Error("enough");
    await expect(people.compute({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const late = new AbortController();
    const rows = people.compute({ signal: late.signal });
    late.abort(reason);
    await expect(rows).rejects.toBe(reason);
  });
});
