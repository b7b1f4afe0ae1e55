import {
  all,
  coalesce,
  col,
  type DataFrame,
  dataframe,
  type Expr,
  lit,
  type LiteralValue,
  maxHorizontal,
  sumHorizontal,
  when,
} from "bramble";
import { describe, expect, it } from "vitest";
import { DataFrame as Frame, FRAME } from "../../dist/dataframe/data-frame.js";
import { BINARY, ROLLING, RUNNING, UNARY } from "../../dist/dataframe/expr/tables.js";
import { EXPRESSION } from "../../dist/dataframe/expr/wire.js";
import { step } from "../../dist/dataframe/node.js";
import { errorOf, expectError } from "../support/errors.js";

/** Two rows of every type; columns are called by it. */
const frame = dataframe
  .fromMap({
    bool: [true, false],
    i8: Int8Array.of(3, 4),
    u32: Uint32Array.of(3, 4),
    i64: BigInt64Array.of(3n, 4n),
    u64: BigUint64Array.of(3n, 4n),
    f32: Float32Array.of(0.5, 0.25),
    f64: Float64Array.of(0.5, 0.25),
    str: ["ab", "cd"],
    binary: [Uint8Array.of(1), Uint8Array.of(2)],
    datetime: [new Date("2024-01-02T03:04:05Z"), new Date("2024-02-03T00:00:00Z")],
    list: [[1, 2], [3]],
    words: [["a"], ["b", "c"]],
  })
  .withColumns(
    col("f64")
      .cast({ decimal: { precision: 10, scale: 2 } })
      .alias("decimal"),
    col("str").cast("cat").alias("cat"),
    col("datetime").cast("date").alias("date"),
    col("datetime").dt.time().alias("time"),
    col("datetime").dt.replaceTimeZone("UTC").alias("zoned"),
    col("datetime").subtract(col("datetime").min()).alias("duration"),
    sumHorizontal("i8").alias("_"),
  )
  .drop("_");
const TYPES = frame.columns;

type Method = (of: Expr) => Expr;
type Methods = Readonly<Record<string, Method>>;

/** Calls methods of a name space, with the arguments of each. */
function methods(
  space: "str" | "dt" | "list" | "cat",
  calls: Readonly<Record<string, readonly unknown[]>>,
): Methods {
  const entries = Object.entries(calls).map(([name, args]): [string, Method] => [
    `${space}.${name}`,
    (of) => (Reflect.get(of[space], name) as (...args: unknown[]) => Expr).apply(of[space], [...args]),
  ]);
  return Object.fromEntries(entries);
}

function named(names: readonly string[], ...args: readonly unknown[]): Methods {
  const entries = names.map((name): [string, Method] => [
    name,
    (of) => (Reflect.get(of, name) as (...args: unknown[]) => Expr).apply(of, [...args]),
  ]);
  return Object.fromEntries(entries);
}

const PARTS =
  "year isoYear quarter month week day weekday ordinalDay hour minute second millisecond microsecond nanosecond isLeapYear date time";
const TOTALS = "totalDays totalHours totalMinutes totalSeconds totalMilliseconds";

/** Functions of one column. */
const OF_ONE: Methods = {
  ...named(Object.keys(UNARY)),
  ...named(Object.keys(RUNNING)),
  ...named([...Object.keys(ROLLING), "rollingStd", "rollingVar"], 2),
  ...named("log round std var skew kurtosis rank hash negate".split(" ")),
  ...named(["head", "tail", "topK", "bottomK", "shift", "diff", "pctChange"], 1),
  quantile: (of) => of.quantile(0.5),
  rollingQuantile: (of) => of.rollingQuantile(0.5, 2),
  field: (of) => of.field("x"),
  filter: (of) => lit(1).filter(of),
  when: (of) => when(of).then(1).otherwise(2),
  sumHorizontal: (of) => sumHorizontal(of, of),
  maxHorizontal: (of) => maxHorizontal(of, of),
  over: (of) => col("i8").sum().over(of),
  ...methods("str", {
    contains: ["a"],
    startsWith: ["a"],
    endsWith: ["a"],
    find: ["a"],
    countMatches: ["a"],
  }),
  ...methods("str", {
    lengths: [],
    lengthBytes: [],
    toLowerCase: [],
    toUpperCase: [],
    strip: [],
    stripStart: [],
  }),
  ...methods("str", {
    stripEnd: [],
    stripPrefix: ["a"],
    stripSuffix: ["a"],
    replace: ["a", "b"],
    split: ["a"],
  }),
  ...methods("str", {
    replaceAll: ["a", "b"],
    slice: [0],
    extractAll: ["a"],
    padStart: [5],
    padEnd: [5],
    zfill: [5],
  }),
  ...methods("str", { join: [], extract: ["([a-d])"] }),
  ...methods("dt", Object.fromEntries(`${PARTS} ${TOTALS} timestamp`.split(" ").map((name) => [name, []]))),
  ...methods("dt", { truncate: ["1d"], round: ["1d"], offsetBy: ["1d"], convertTimeZone: ["UTC"] }),
  ...methods("dt", { replaceTimeZone: [null] }),
  ...methods("list", {
    lengths: [],
    min: [],
    max: [],
    sum: [],
    mean: [],
    median: [],
    first: [],
    last: [],
    sort: [],
  }),
  ...methods("list", { get: [0], slice: [0, 1], join: [] }),
  ...methods("cat", { getCategories: [], lengths: [], startsWith: ["a"], endsWith: ["a"] }),
};

/** Functions of two columns. */
const OF_TWO: Readonly<Record<string, (a: Expr, b: Expr) => Expr>> = {
  ...Object.fromEntries(
    Object.keys(BINARY)
      .filter((name) => name !== "filter")
      .map((name) => [name, (a: Expr, b: Expr) => (Reflect.get(a, name) as (b: Expr) => Expr).call(a, b)]),
  ),
  isBetween: (a, b) => a.isBetween(b, b),
  clip: (a, b) => a.clip(b, b),
  log: (a, b) => a.log(b),
  coalesce: (a, b) => coalesce(a, b),
  when: (a, b) => when(col("bool")).then(a).otherwise(b),
  sumHorizontal: (a, b) => sumHorizontal(a, b),
};

/** What the engine makes of an expression that nobody has checked: values, nothing but null, or an error. */
async function unchecked(expr: Expr): Promise<"values" | "null" | "error"> {
  try {
    const rows = await new Frame(step([frame[FRAME]], { select: [expr[EXPRESSION]] })).toRecords();
    const values = rows.map((row) => Object.values(row)[0]);
    return values.length > 0 && values.every((value) => value === null) ? "null" : "values";
  } catch {
    return "error";
  }
}

/** Which cases are refused although they have values, and which are not although they have none. */
async function wrongly(
  cases: readonly (readonly [name: string, expr: Expr])[],
): Promise<{ refused: string[]; passed: string[] }> {
  const wrong = { refused: [] as string[], passed: [] as string[] };
  for (const [name, expr] of cases) {
    const isRefused = errorOf(() => frame.select(expr)) !== undefined;
    const result = await unchecked(expr);
    if (isRefused && result === "values") wrong.refused.push(name);
    if (!isRefused && result === "error") wrong.passed.push(name);
  }
  return wrong;
}

describe("functions of columns that they don't take", () => {
  it("of one column are refused where they would fail, be null or nonsense, and nowhere else", async () => {
    const cases = Object.entries(OF_ONE).flatMap(([name, of]) =>
      TYPES.map((type) => [`${name} ${type}`, of(col(type))] as const),
    );
    const { refused, passed } = await wrongly(cases);
    expect(passed).toEqual([]);
    // The engine takes times for the numbers that they are kept as, and numbers for times.
    const kept = [
      /^(cbrt|exp|log|log1p|sqrt|pctChange|rollingStd|rollingVar) (date|time|datetime|zoned|duration|cat)$/,
      /^dt.timestamp (bool|[iuf]\d+)$/,
    ];
    expect(refused.filter((name) => !kept.some((pattern) => pattern.test(name)))).toEqual([]);
  }, 60_000);

  it("of two columns are refused where they would fail, be null or nonsense, and nowhere else", async () => {
    const types = TYPES.filter((type) => !["u32", "f32", "words"].includes(type));
    const cases = Object.entries(OF_TWO).flatMap(([name, of]) =>
      types.flatMap((a) => types.map((b) => [`${name} ${a} ${b}`, of(col(a), col(b))] as const)),
    );
    const { refused, passed } = await wrongly(cases);
    expect(passed).toEqual([]);
    const number = "bool|[iuf]\\d+|decimal";
    const time = "date|time|datetime|zoned|duration";
    const nonsense = [
      // Numbers beside times, which are numbers to the engine; log and clip take both for that.
      new RegExp(` (${number}|cat) (${time}|cat)$`),
      new RegExp(` (${time}|cat) (${number})$`),
      new RegExp(`^(log|clip) (${time}) (${time})$`),
      // Text beside others becomes text, or all of them do.
      new RegExp(`^(fillNull|fillNan|sumHorizontal) (${number}|${time}) str$`),
      new RegExp(`^(fillNull|fillNan|sumHorizontal) str (${number}|${time}|cat)$`),
      /^sumHorizontal cat str$/,
      / (decimal str|str decimal)$/,
    ];
    expect(refused.filter((name) => !nonsense.some((pattern) => pattern.test(name)))).toEqual([]);
  }, 120_000);

  it.each<readonly [() => unknown, string]>([
    [
      () => frame.select(col("str").sqrt()),
      'col("str").sqrt() takes booleans or numbers, but col("str") is str',
    ],
    [
      () => frame.withColumns(col("i8").add(1).str.toUpperCase().alias("x")),
      'col("i8").add(1).str.toUpperCase() takes text, but col("i8").add(1) is i8',
    ],
    [
      () => frame.select(col("i8").dt.year()),
      'col("i8").dt.year() takes dates or datetimes, but col("i8") is i8',
    ],
    [() => frame.filter(col("str").gt(1)), 'beside col("str"), but col("str") is str and 1 is i64'],
    [() => frame.select(col("str").add(1)), 'col("str").add(1) takes'],
    [() => frame.select(col("f64").and(col("bool"))), "takes booleans or integers, but"],
    [
      () => frame.filter(col("u64").or(col("i8")).gt(1)),
      'col("u64").or(col("i8")) takes integers that have a type in common: cast one, but col("u64") is u64 and col("i8") is i8',
    ],
    [() => frame.groupBy("i8").agg(col("str").mean()), 'col("str").mean() takes'],
    [() => frame.select(when(col("i8")).then(1)), "takes conditions that are true or false, but"],
    [() => frame.select(col("words").list.sum()), "takes lists of booleans, numbers or durations, but"],
    [() => frame.select(col("str").cast("bool")), 'col("str").cast("bool") makes bool of'],
    [() => frame.sort(col("list").lt(1)), 'col("list").lt(1) takes'],
    [() => frame.join(frame, { on: col("str").sqrt() }), 'col("str").sqrt() takes'],
    [() => frame.select(all().sqrt()), 'col("str").sqrt() takes'],
    [() => frame.select(col("zoned").gt(new Date(0))), "datetimes that all have a time zone or all none"],
    [() => frame.select(col("i8").isIn(["a"])), 'col("i8").isIn(["a"]): '],
    [() => frame.explode("i8"), '`explode` takes lists, but the column "i8" is i8'],
    [() => frame.groupBy("decimal"), "Rows are not told apart by decimals"],
    [() => frame.unique(), 'col("decimal") is decimal[10,2]'],
    [() => frame.join(frame, { leftOn: "str", rightOn: "i8" }), "str is str, i8 is i8: cast one of them"],
  ])("says which expression, of what, and what is taken: %#", (build, message) => {
    expectError(build, "SCHEMA_MISMATCH", message);
  });

  it("takes nulls of no type for any, and groups' other columns as they are", async () => {
    const nulls = dataframe.fromMap({ x: [null, null], g: [1, 1], s: ["a", "b"] }) as DataFrame;
    expect(await nulls.select(col("x").sqrt(), col("x").gt(1).alias("gt")).toRecords()).toHaveLength(2);
    expect(await nulls.groupBy("g").mean().toRecords()).toEqual([{ g: 1n, x: null, s: null }]);
    expect(await nulls.select(col("s").fillNull(null)).toRecords()).toEqual([{ s: "a" }, { s: "b" }]);
  });
});

describe("replace", () => {
  const entries: readonly (readonly [LiteralValue, LiteralValue])[] = [
    ...[3, 0, 0.5, "3", "0.5", "ab", "2024-01-02", true, new Date(0), Uint8Array.of(1), [1], ["a"]].map(
      (value) => [value, value] as const,
    ),
    ...[0.5, "b", true, new Date(0), null, 1000, 2n ** 63n].map((to) => [3, to] as const),
    ...["b", 1, null].map((to) => ["ab", to] as const),
  ];
  const defaults = [undefined, 0, "z", new Date(0), null, true] as const;

  it("of what its column can't have is refused where it is written, and nothing else", async () => {
    const cases = TYPES.flatMap((type) =>
      entries.flatMap((entry) =>
        defaults.map((otherwise) => {
          const options = otherwise === undefined ? {} : { default: otherwise };
          const name = `${type} ${entry.map(String).join(" to ")}, else ${String(otherwise)}`;
          return [name, col(type).replace(new Map([entry]), options)] as const;
        }),
      ),
    );
    const { passed } = await wrongly(cases);
    expect(passed).toEqual([]);
  }, 60_000);

  it.each<readonly [string, Parameters<Expr["replace"]>[0], string]>([
    ["i64", { a: 1 }, 'takes keys that are values of its column, but one is "a" and col("i64") is i64'],
    [
      "i8",
      new Map([[1000, 1]]),
      'takes keys that are values of its column, but one is 1000 and col("i8") is i8',
    ],
    ["u64", new Map([[3, -1]]), "takes values of its column without a default, but one is -1 and"],
    ["i64", new Map([[3, 1.5]]), "takes values of its column without a default, but one is 1.5 and"],
    ["bool", { true: false }, 'takes keys that are values of its column, but one is "true" and'],
    ["list", new Map([[[1], ["x"]]]), 'takes values of its column without a default, but one is ["x"] and'],
    [
      "decimal",
      new Map([
        [1, 2],
        [3, 4],
      ]),
      "replaces one decimal and no more, but has 2 and",
    ],
  ])("says what of the mapping is none of its column's: %s", (name, mapping, message) => {
    expectError(
      () => frame.select(col(name).replace(mapping)),
      "SCHEMA_MISMATCH",
      `col("${name}").replace ${message}`,
    );
  });

  it("says which default has no type in common with the values", () => {
    const build = (): unknown => frame.select(col("i8").replace(new Map([[3, new Date(0)]]), { default: 0 }));
    expectError(build, "SCHEMA_MISMATCH", "takes text, dates or datetimes as default beside 1970-01-01");
  });

  it("takes text that its column's values are read from, as keys of objects are", async () => {
    const replaced = frame.select(
      col("i64").replace({ 3: 30 }),
      col("f64").replace({ "0.5": "-1e3" }),
      col("date").replace({ "2024-01-02": new Date(0) }),
      col("u64").replace(new Map([[4, 2n ** 63n]])),
    );
    expect(await replaced.toRecords()).toEqual([
      { i64: 30n, f64: -1000, date: new Date(0), u64: 3n },
      { i64: 4n, f64: 0.25, date: new Date("2024-02-03"), u64: 2n ** 63n },
    ]);
  });
});

describe("fillNull of a frame", () => {
  it("fills the columns that take the value", async () => {
    const holes = dataframe.fromMap({ n: [1, null], s: ["a", null], b: [null, true] }) as DataFrame;
    expect(await holes.fillNull(0).toRecords()).toEqual([
      { n: 1n, s: "a", b: expect.anything() as unknown },
      { n: 0n, s: null, b: expect.anything() as unknown },
    ]);
    expect((await holes.fillNull("x").toRecords()).map(({ n, s }) => [n, s])).toEqual([
      [1n, "a"],
      [null, "x"],
    ]);
    expect(holes.fillNull("x").schema).toEqual(holes.schema);
  });
});
