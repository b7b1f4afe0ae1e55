// Checked by the compiler alone: what the types of data frames say.

import { col, type DataFrame, dataframe } from "bramble";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if both types are the same. */
function same<A, B>(_check: Equal<A, B>): void {}

const typed = dataframe.fromRecords([], {
  schema: { name: "str", n: "i64", x: "f64", day: "date", tags: { list: "str" } },
});
const rows = await typed.toRecords();
const [row] = rows;
if (row !== undefined) {
  same<typeof row.name, string | null>(true);
  same<typeof row.n, bigint | null>(true);
  same<typeof row.x, number | null>(true);
  same<typeof row.day, Date | null>(true);
  same<typeof row.tags, readonly (string | null)[] | null>(true);
}

const [some] = await typed.filter(col("x").gt(0)).select("name", "x").head(2).toRecords();
if (some !== undefined) same<keyof typeof some, "name" | "x">(true);

const [fewer] = await typed.drop("n", "tags").toRecords();
if (fewer !== undefined) same<keyof typeof fewer, "name" | "x" | "day">(true);

// A typed frame is a frame.
const any: DataFrame = typed;
any.select("anything");

// Without a schema a row has whatever columns there are.
const [loose] = await dataframe.readCSV("file.csv").toRecords();
void loose?.["any"];

// @ts-expect-error: no such type of column.
dataframe.fromMap({ a: [1] }, { schema: { a: "int" } });
