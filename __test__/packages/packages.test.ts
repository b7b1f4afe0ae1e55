import * as whole from "bramble";
import { describe, expect, it } from "vitest";
import * as arrays from "../../dist/packages/array.js";
import * as core from "../../dist/packages/core.js";
import * as frames from "../../dist/packages/dataframe.js";
import { expectError, expectRejection } from "../support/errors.js";

const namesOf = (module: object): string[] => Object.keys(module);
/** What the core has in place of packages that may be missing. */
const STAND_INS = ["array", "col", "dataframe"];

describe("the packages that `bramble` is made of", () => {
  it("have all of its names", () => {
    const together = new Set([core, arrays, frames].flatMap(namesOf));
    expect(namesOf(whole).filter((name) => !together.has(name))).toEqual([]);
  });

  it("have nothing of theirs twice but what stands in for others", () => {
    const others = new Set([...namesOf(arrays), ...namesOf(frames)]);
    expect(
      namesOf(core)
        .filter((name) => others.has(name))
        .sort(),
    ).toEqual(STAND_INS);
  });

  it.each([
    ["array", () => (core.array as typeof whole.array).ones(3), "npm install bramble-array"],
    [
      "dataframe",
      () => (core.dataframe as typeof whole.dataframe).readCSV("x.csv"),
      "npm install bramble-dataframe",
    ],
    ["col", () => (core.col as typeof whole.col)("x"), "npm install bramble-dataframe"],
  ])("say of %s how to get it", (_, use, command) => {
    expectError(use, "NOT_INSTALLED", command);
  });

  it("let what is not there be printed and awaited", async () => {
    expect(String(Object.prototype.toString.call(core.array))).toBe("[object Function]");
    expect(await Promise.resolve(core.array as unknown)).toBe(core.array);
  });

  it("say where files are read", async () => {
    await expectRejection(import("../../dist/packages/no-files.js"), "NOT_INSTALLED", "bramble-array");
  });
});
