import { col, type DataFrame, dataframe } from "bramble";
import { describe, expect, it } from "vitest";
import { camel, codes, Page } from "../support/page.js";

const page = new Page("dask-dataframe");
const frame = dataframe.fromMap({ x: [1] }) as DataFrame;

/** What people use of `dask.dataframe`, its data frames and groups, of Dask 2026.8. */
const DASK =
  "from_pandas read_csv read_table read_fwf read_parquet read_hdf read_json read_orc read_sql read_sql_table read_sql_query " +
  "from_array from_dask_array from_delayed from_map from_dict to_parquet to_csv to_json to_hdf to_sql to_orc to_records to_bag " +
  "to_delayed to_dask_array to_html groupby agg sum mean count size nunique apply transform cumsum var first Aggregation merge " +
  "join concat set_index reset_index sort_values shuffle repartition drop_duplicates value_counts unique map_partitions " +
  "map_overlap reduction map assign astype rename drop dropna fillna ffill bfill where mask replace isin query loc iloc " +
  "partitions get_partition head tail columns dtypes npartitions divisions min max std quantile describe corr cov nlargest " +
  "nsmallest rolling resample shift diff idxmax idxmin categorize str dt cat compute persist optimize explain pprint pivot_table " +
  "get_dummies melt explode sample random_split merge_asof to_datetime to_numeric combine combine_first align clear_divisions " +
  "cumprod cummax cummin mode skew kurtosis prod any all abs round clip between isna isnull notnull median visualize pipe";

describe("the page on dask.dataframe", () => {
  it("names functions and methods that are there", () => {
    const same = codes(page.section("The same, in camel case"));
    expect(same.length).toBeGreaterThan(35);
    expect(same.filter((name) => !(camel(name) in dataframe) && !(camel(name) in frame))).toEqual([]);
    const functions = codes(page.text).flatMap((code) => /^dataframe\.(\w+)/.exec(code)?.[1] ?? []);
    expect(functions.length).toBeGreaterThan(8);
    expect(functions.filter((name) => !(name in dataframe))).toEqual([]);
    const expressions = codes(page.text).flatMap((code) => /^col\("x"\)\.(\w+)/.exec(code)?.[1] ?? []);
    expect(expressions.length).toBeGreaterThan(8);
    expect(expressions.filter((name) => !(name in col("x")))).toEqual([]);
    const own = codes(page.section("Words of ours alone"));
    expect(own.filter((name) => !(name in frame))).toEqual([]);
  });

  it("has what people use of Dask", () => {
    const words = new Set(codes(page.text).flatMap((code) => code.split(/\W+/)));
    expect(DASK.split(" ").filter((name) => !words.has(name))).toEqual([]);
  });

  it("names all that frames and their groups have", () => {
    const words = new Set(codes(page.text).flatMap((code) => code.split(/\W+/).map(camel)));
    const methods = [frame, frame.groupBy("x")].flatMap((of) =>
      Object.getOwnPropertyNames(Object.getPrototypeOf(of)),
    );
    const ours = [...Object.keys(dataframe), ...methods].filter(
      (name) => !["constructor", "toString"].includes(name),
    );
    expect(ours.filter((name) => !words.has(name))).toEqual([]);
  });
});
