import { array, delayed, report } from "bramble";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";

const folder = mkdtempSync(join(tmpdir(), "bramble-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("tells who did what when, in one page", async () => {
  const file = join(folder, "out.html");
  const sum = await report(file, async () => {
    const x = array.ones([100], { chunks: 10 });
    await x.mapBlocks((block) => block.data.map((value) => value * 2)).compute();
    return x.add(1).sum().compute();
  });
  expect(sum).toBe(200);
  const page = readFileSync(file, "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain("2, of which 0 failed");
  expect(page).toMatch(/<rect x="[\d.]+"[^>]*><title>mapBlocks\n/);
  expect(page).toMatch(/<td>sum<\/td><td>\d+<\/td>/);
  expect(page).toMatch(/<polygon points="[\d.,  ]+"/);
  expect(page).not.toMatch(/NaN|undefined|Infinity|(src|href)=/);
});

it("is an option of compute, for what fails too", async () => {
  const file = join(folder, "failed.html");
  const fail = delayed((text: string): never => {
    throw new RangeError(text);
  });
  await expect(fail("<script>&").compute({ report: file })).rejects.toThrow("<script>&");
  const page = readFileSync(file, "utf8");
  expect(page).toContain("1, of which 1 failed");
  expect(page).toContain("RangeError: &lt;script&gt;&amp;");
});

it("says that nothing was computed", async () => {
  const file = join(folder, "nothing.html");
  expect(await report(file, () => 1)).toBe(1);
  expect(readFileSync(file, "utf8")).toContain("nothing was computed");
});

it("draws many tasks in few bars", async () => {
  const file = join(folder, "many.html");
  await report(file, () => array.ones([2e5], { chunks: 1 }).sum().compute());
  const page = readFileSync(file, "utf8");
  expect(page).toMatch(/<td>2\d{5} by/);
  expect(page.length).toBeLessThan(2e7);
});

it("refuses what it cannot write", async () => {
  const x = array.ones([4]);
  await expectRejection(
    report("out.txt", () => 1),
    "INVALID_ARGUMENT",
    ".html",
  );
  await expectRejection(x.compute({ report: "out.txt" }), "INVALID_ARGUMENT", "options.report");
  await expectRejection(x.compute({ report: join(folder, "no", "out.html") }), "FILE_NOT_FOUND", "no folder");
  await expectRejection(report(join(folder, "x.html"), 1 as unknown as () => void), "INVALID_ARGUMENT", "fn");
  expect(existsSync(join(folder, "x.html"))).toBe(false);
  expect(readdirSync(folder).every((name) => name.endsWith(".html"))).toBe(true);
});
