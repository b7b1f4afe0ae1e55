import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Callbacks,
  col,
  type ComputeEnd,
  dataframe,
  Profiler,
  ProgressBar,
  report,
  withCallbacks,
} from "bramble";
import { afterAll, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";

const folder = mkdtempSync(join(tmpdir(), "bramble-frames-"));
const frame = dataframe.fromMap({ a: [1, 2, 3] }).filter(col("a").gt(1));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a query is told as one task", async () => {
  const profiler = new Profiler();
  await frame.compute({ callbacks: profiler });
  expect(profiler.tasks).toMatchObject([{ label: "filter", worker: "polars", block: [] }]);
  expect(profiler.computes).toMatchObject([{ ok: true, scheduler: "threads", layers: 2 }]);
  await withCallbacks(profiler, () => frame.toCSV(join(folder, "a.csv")));
  expect(profiler.computes).toHaveLength(2);
});

it("the end is told also of what fails and of what is given up", async () => {
  const ends: ComputeEnd[] = [];
  const callbacks: Callbacks = { finish: (end) => ends.push(end) };
  const wrong = dataframe.fromMap({ a: ["x"] }).select(col("a").cast("i64"));
  await expectRejection(wrong.compute({ callbacks }), "SCHEMA_MISMATCH", "str");
  const stop = new AbortController();
  const given = frame.compute({
    signal: stop.signal,
    callbacks: { ...callbacks, start: () => stop.abort(new RangeError("enough")) },
  });
  await expect(given).rejects.toThrow("enough");
  expect(ends).toMatchObject([{ ok: false }, { ok: false, error: { message: "enough" } }]);
});

it("a bar shows how far queries are, and a page what they took", async () => {
  const lines: string[] = [];
  const bar = new ProgressBar({ stream: { write: (text) => lines.push(text) } });
  const file = join(folder, "report.html");
  await report(file, () => frame.compute({ callbacks: bar }));
  expect(lines.join("")).toMatch(/^1 of 1 blocks, done in/);
  expect(readFileSync(file, "utf8")).toContain("filter");
});

it("what makes no sense is refused where it is written", async () => {
  const callbacks = { finish: 1 } as unknown as Callbacks;
  await expectRejection(frame.compute({ callbacks }), "INVALID_ARGUMENT", "options.callbacks.finish");
});
