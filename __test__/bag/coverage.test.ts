import { bag } from "bramble";
import { describe, expect, it } from "vitest";
import { camel, codes, Page } from "../support/page.js";

const page = new Page("dask-bag");
const some = bag.range(1);

/** What `dir(dask.bag.Bag)` and the module itself have, of Dask 2026.8. */
const DASK =
  "accumulate all any compute count distinct filter flatten fold foldby frequencies groupby join map map_partitions " +
  "max mean min npartitions persist pluck product random_sample reduction remove repartition starmap std str sum take " +
  "to_avro to_dataframe to_delayed to_textfiles topk unzip var visualize concat from_delayed from_sequence from_url " +
  "range read_avro read_text zip Item";

describe("the page on dask.bag", () => {
  it("names functions and methods that are there", () => {
    const same = codes(page.section("The same, in camel case"));
    expect(same.length).toBeGreaterThan(40);
    expect(same.filter((name) => !(camel(name) in bag) && !(camel(name) in some))).toEqual([]);
    const other = codes(page.section("Under another name, or otherwise"));
    const functions = other.flatMap((code) => /^bag\.([\w.]+)/.exec(code)?.[1] ?? []);
    const find = (name: string): unknown =>
      name.split(".").reduce<unknown>((found, part) => (found as Record<string, unknown>)[part], bag);
    expect(functions.length).toBeGreaterThan(3);
    expect(functions.filter((name) => find(name) === undefined)).toEqual([]);
  });

  it("has all that Dask has", () => {
    const words = new Set(codes(page.text).flatMap((code) => code.split(/\W+/)));
    expect(DASK.split(" ").filter((name) => !words.has(name))).toEqual([]);
  });

  it("names all that bags have", () => {
    const words = new Set(codes(page.text).flatMap((code) => code.split(/\W+/).map(camel)));
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(some));
    const ours = [...Object.keys(bag), ...methods].filter(
      (name) => !["constructor", "toString", "explain"].includes(name),
    );
    expect(ours.filter((name) => !words.has(name))).toEqual([]);
  });
});
