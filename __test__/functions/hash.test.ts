import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { capture } from "../../dist/functions/index.js";

const scaleBy = (factor: number): ((x: number) => number) => {
  const list = Float64Array.of(factor, 2);
  return (x) => x * (list[0] ?? 0);
};

test("functions of the same source and captures have the same hash", () => {
  expect(capture(scaleBy(3)).hash).toBe(capture(scaleBy(3)).hash);
  expect(capture(scaleBy(3)).hash).not.toBe(capture(scaleBy(4)).hash);
  expect(capture(() => 1).hash).not.toBe(capture(() => 2).hash);
});

test("a hash is the same in another process, and where the project lies elsewhere", () => {
  const program = fileURLToPath(new URL("programs/hash.mjs", import.meta.url));
  const hashOf = (): string => execFileSync(process.execPath, [program], { encoding: "utf8" });
  const first = hashOf();
  expect(first).toMatch(/^[0-9a-f]{32}\n$/);
  expect(hashOf()).toBe(first);
});
