import { readFileSync } from "node:fs";
import { col, type DataFrame, dataframe, len, lit } from "bramble";
import { describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { computePieces } from "../../dist/dataframe/pieces/run.js";
import { closeTo } from "../support/close.js";

const folder = `${import.meta.dirname}/../oracle/data/tpch`;
const answers = JSON.parse(readFileSync(`${folder}/answers.json`, "utf8")) as Record<string, unknown[][]>;
const read = (name: string): DataFrame =>
  dataframe.readParquet(`${folder}/${name}.parquet`).repartition(4) as DataFrame;
const [lineitem, orders, customer, supplier] = ["lineitem", "orders", "customer", "supplier"].map(read) as [
  DataFrame,
  DataFrame,
  DataFrame,
  DataFrame,
];
const [nation, region, part, partsupp] = ["nation", "region", "part", "partsupp"].map(read) as [
  DataFrame,
  DataFrame,
  DataFrame,
  DataFrame,
];
const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const price = col("l_extendedprice").mul(lit(1).minus(col("l_discount")));

/** Queries of the benchmark, by their numbers. */
const QUERIES: Readonly<Record<string, DataFrame>> = {
  1: lineitem
    .filter(col("l_shipdate").le(day("1998-09-02")))
    .groupBy("l_returnflag", "l_linestatus")
    .agg(
      col("l_quantity").sum().alias("sum_qty"),
      col("l_extendedprice").sum().alias("sum_base_price"),
      price.sum().alias("sum_disc_price"),
      price.mul(col("l_tax").plus(1)).sum().alias("sum_charge"),
      col("l_quantity").mean().alias("avg_qty"),
      col("l_extendedprice").mean().alias("avg_price"),
      col("l_discount").mean().alias("avg_disc"),
      len().alias("count_order"),
    )
    .sort(["l_returnflag", "l_linestatus"]),
  3: customer
    .filter(col("c_mktsegment").eq("BUILDING"))
    .join(orders, { leftOn: "c_custkey", rightOn: "o_custkey" })
    .join(lineitem, { leftOn: "o_orderkey", rightOn: "l_orderkey" })
    .filter(col("o_orderdate").lt(day("1995-03-15")), col("l_shipdate").gt(day("1995-03-15")))
    .groupBy("o_orderkey", "o_orderdate", "o_shippriority")
    .agg(price.sum().alias("revenue"))
    .sort(["revenue", "o_orderdate"], { descending: [true, false] })
    .select("o_orderkey", "revenue", "o_orderdate", "o_shippriority")
    .head(10),
  5: region
    .filter(col("r_name").eq("ASIA"))
    .join(nation, { leftOn: "r_regionkey", rightOn: "n_regionkey" })
    .join(customer, { leftOn: "n_nationkey", rightOn: "c_nationkey" })
    .join(orders, { leftOn: "c_custkey", rightOn: "o_custkey" })
    .join(lineitem, { leftOn: "o_orderkey", rightOn: "l_orderkey" })
    .join(supplier, { leftOn: ["l_suppkey", "n_nationkey"], rightOn: ["s_suppkey", "s_nationkey"] })
    .filter(col("o_orderdate").ge(day("1994-01-01")), col("o_orderdate").lt(day("1995-01-01")))
    .groupBy("n_name")
    .agg(price.sum().alias("revenue"))
    .sort("revenue", { descending: true }),
  6: lineitem
    .filter(
      col("l_shipdate").ge(day("1994-01-01")),
      col("l_shipdate").lt(day("1995-01-01")),
      col("l_discount").isBetween(0.0499, 0.0701),
      col("l_quantity").lt(24),
    )
    .select(col("l_extendedprice").mul(col("l_discount")).sum()),
  9: part
    .filter(col("p_name").str.contains("green"))
    .join(partsupp, { leftOn: "p_partkey", rightOn: "ps_partkey" })
    .join(lineitem, { leftOn: ["p_partkey", "ps_suppkey"], rightOn: ["l_partkey", "l_suppkey"] })
    .join(supplier, { leftOn: "ps_suppkey", rightOn: "s_suppkey" })
    .join(orders, { leftOn: "l_orderkey", rightOn: "o_orderkey" })
    .join(nation, { leftOn: "s_nationkey", rightOn: "n_nationkey" })
    .groupBy(col("n_name").alias("nation"), col("o_orderdate").dt.year().alias("o_year"))
    .agg(
      price
        .minus(col("ps_supplycost").mul(col("l_quantity")))
        .sum()
        .alias("profit"),
    )
    .sort(["nation", "o_year"], { descending: [false, true] }),
  18: lineitem
    .groupBy("l_orderkey")
    .agg(col("l_quantity").sum().alias("quantity"))
    .filter(col("quantity").gt(240))
    .join(orders, { leftOn: "l_orderkey", rightOn: "o_orderkey" })
    .join(customer, { leftOn: "o_custkey", rightOn: "c_custkey" })
    .sort(["o_totalprice", "o_orderdate"], { descending: [true, false] })
    .select("c_name", "o_custkey", "l_orderkey", "o_orderdate", "o_totalprice", "quantity")
    .head(100),
};

describe("queries of TPC-H answer what DuckDB answers", () => {
  for (const [number, query] of Object.entries(QUERIES)) {
    it(`query ${number}`, async () => {
      expect(plain(await query.toRecords())).toEqual(closeTo(answers[number]));
    });

    it(`query ${number}, in pieces that exchange rows`, async () => {
      const request = { scheduler: "sync", engine: "memory", exchangeFrom: 0 } as const;
      const pieces = (await computePieces(query[FRAME], request)).map((piece) => dataframe.fromArrow(piece));
      expect(plain(await dataframe.concat(pieces).toRecords())).toEqual(closeTo(answers[number]));
    });
  }
});

/** Rows as lists of what JSON has. */
function plain(rows: readonly object[]): unknown[][] {
  return rows.map((row) =>
    Object.values(row).map((value: unknown) => {
      if (value instanceof Date) return value.toISOString().slice(0, 10);
      return typeof value === "bigint" ? Number(value) : value;
    }),
  );
}
