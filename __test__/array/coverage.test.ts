import { array } from "bramble";
import { describe, expect, it } from "vitest";
import { camel, Page } from "../support/page.js";

const page = new Page("dask-array");

describe("the page on dask.array", () => {
  it("names functions that are there", () => {
    const same = [...page.section("The same, in camel case").matchAll(/`(\w+)`/g)].map(([, name = ""]) =>
      camel(name),
    );
    const other = [...page.section("Under another name, or otherwise").matchAll(/`array\.([\w.]+)`/g)];
    const names = [...same, ...other.map(([, name = ""]) => name)];
    expect(names.length).toBeGreaterThan(200);
    const find = (name: string): unknown =>
      name.split(".").reduce<unknown>((found, part) => (found as Record<string, unknown>)[part], array);
    expect(names.filter((name) => find(name) === undefined)).toEqual([]);
  });

  it("names as missing what is", () => {
    const names = [...page.section("What is not there").matchAll(/`(\w+)`/g)].map(([, name = ""]) =>
      camel(name),
    );
    expect(names.filter((name) => name in array)).toEqual([]);
  });
});
