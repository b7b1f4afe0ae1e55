import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { array } from "bramble";
import { describe, expect, it } from "vitest";

const page = readFileSync(fileURLToPath(new URL("../../docs/dask-array.md", import.meta.url)), "utf8");

/** The part of the page under a heading. */
function section(heading: string): string {
  const [, behind = ""] = page.split(`## ${heading}\n`);
  return behind.split("\n## ")[0] ?? "";
}

const camel = (name: string): string =>
  name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

describe("the page on dask.array", () => {
  it("names functions that are there", () => {
    const same = [...section("The same, in camel case").matchAll(/`(\w+)`/g)].map(([, name = ""]) =>
      camel(name),
    );
    const other = [...section("Under another name, or otherwise").matchAll(/`array\.([\w.]+)`/g)];
    const names = [...same, ...other.map(([, name = ""]) => name)];
    expect(names.length).toBeGreaterThan(200);
    const find = (name: string): unknown =>
      name.split(".").reduce<unknown>((found, part) => (found as Record<string, unknown>)[part], array);
    expect(names.filter((name) => find(name) === undefined)).toEqual([]);
  });

  it("names as missing what is", () => {
    const names = [...section("What is not there").matchAll(/`(\w+)`/g)].map(([, name = ""]) => camel(name));
    expect(names.filter((name) => name in array)).toEqual([]);
  });
});
