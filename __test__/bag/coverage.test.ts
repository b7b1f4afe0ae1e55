import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bag } from "bramble";
import { describe, expect, it } from "vitest";

const page = readFileSync(fileURLToPath(new URL("../../docs/dask-bag.md", import.meta.url)), "utf8");
const some = bag.range(1);

/** The part of the page under a heading. */
function section(heading: string): string {
  const [, behind = ""] = page.split(`## ${heading}\n`);
  return behind.split("\n## ")[0] ?? "";
}

/** All that is in code in a text. */
function codes(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

const camel = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What `dir(dask.bag.Bag)` and the module itself have, of Dask 2026.8. */
const DASK =
  "accumulate all any compute count distinct filter flatten fold foldby frequencies groupby join map map_partitions " +
  "max mean min npartitions persist pluck product random_sample reduction remove repartition starmap std str sum take " +
  "to_avro to_dataframe to_delayed to_textfiles topk unzip var visualize concat from_delayed from_sequence from_url " +
  "range read_avro read_text zip Item";

describe("the page on dask.bag", () => {
  it("names functions and methods that are there", () => {
    const same = codes(section("The same, in camel case"));
    expect(same.length).toBeGreaterThan(40);
    expect(same.filter((name) => !(camel(name) in bag) && !(camel(name) in some))).toEqual([]);
    const other = codes(section("Under another name, or otherwise"));
    const functions = other.flatMap((code) => /^bag\.([\w.]+)/.exec(code)?.[1] ?? []);
    const find = (name: string): unknown =>
      name.split(".").reduce<unknown>((found, part) => (found as Record<string, unknown>)[part], bag);
    expect(functions.length).toBeGreaterThan(3);
    expect(functions.filter((name) => find(name) === undefined)).toEqual([]);
  });

  it("has all that Dask has", () => {
    const words = new Set(codes(page).flatMap((code) => code.split(/\W+/)));
    expect(DASK.split(" ").filter((name) => !words.has(name))).toEqual([]);
  });

  it("names all that bags have", () => {
    const words = new Set(codes(page).flatMap((code) => code.split(/\W+/).map(camel)));
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(some));
    const ours = [...Object.keys(bag), ...methods].filter(
      (name) => !["constructor", "toString", "explain"].includes(name),
    );
    expect(ours.filter((name) => !words.has(name))).toEqual([]);
  });
});
