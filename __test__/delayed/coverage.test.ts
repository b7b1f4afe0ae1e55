import * as bramble from "bramble";
import { describe, expect, it } from "vitest";
import { camel, Page } from "../support/page.js";

const { config, delayed } = bramble;
const page = new Page("delayed");
const value = delayed(1);

/** The names in a line of the list of what is the same. */
function namesOf(subject: string): string[] {
  const line = page
    .section("The same")
    .split("\n")
    .find((text) => text.startsWith(`- ${subject}:`));
  return [...(line ?? "").slice(subject.length + 3).matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
}

describe("the page on dask.delayed", () => {
  it.each([
    ["Top level", bramble, 8],
    ["Of a delayed value", value, 4],
    ["`config`", config, 3],
  ])("names what is there: %s", (subject, owner, count) => {
    const names = namesOf(subject);
    expect(names.length).toBe(count);
    expect(names.filter((name) => !(name in owner))).toEqual([]);
  });

  it("names options and schedulers that there are", async () => {
    const options = { name: "n", pure: true, nout: 2, traverse: false };
    expect(namesOf("Options of `delayed`")).toEqual(Object.keys(options));
    expect([...delayed(() => [1, 2], options)()]).toHaveLength(2);
    const message = namesOf("Schedulers")
      .map((name) => `"${name}"`)
      .join(", ");
    const wrong = { scheduler: "none" } as never;
    await expect(value.compute(wrong)).rejects.toThrow(`Expected one of ${message}`);
  });

  it("names functions of ours that are there", () => {
    const codes = [...page.section("Under another name, or otherwise").matchAll(/`([^`]+)`/g)];
    const names = codes.flatMap(([, code = ""]) => /^(config|array)\.(\w+)/.exec(code)?.[0] ?? []);
    const find = (name: string): unknown =>
      name.split(".").reduce<unknown>((found, part) => (found as Record<string, unknown>)[part], bramble);
    expect(names).toContain("config.with");
    expect(names.filter((name) => find(name) === undefined)).toEqual([]);
  });

  it("names as missing what is", () => {
    const names = [...page.section("What is not there").matchAll(/`(\w+)`/g)].map(([, name = ""]) =>
      camel(name),
    );
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => name in bramble || name in value)).toEqual([]);
  });
});
