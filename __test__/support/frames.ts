import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataFrame, Selection } from "bramble";
import fc from "fast-check";
import { afterAll } from "vitest";

/** Rows with few groups, nulls, and numbers whose sums are exact in any order. */
export const row = fc.record({
  g: fc.constantFrom("a", "b", "c", null),
  x: fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: null }),
  y: fc.option(
    fc.integer({ min: -64, max: 64 }).map((value) => value / 4),
    { nil: null },
  ),
});

/** The schema of these rows. */
export const SCHEMA = { g: "str", x: "i64", y: "f64" } as const;

/** Items cut into pieces, some of which may be empty. */
export function cutAt<T>(items: readonly T[], cuts: readonly number[]): T[][] {
  const inner = cuts.map((cut) => Math.min(cut, items.length)).sort((a, b) => a - b);
  const edges = [0, ...inner, items.length];
  return edges.slice(1).map((end, piece) => items.slice(edges[piece], end));
}

/** A folder for the tests of a file, gone once they have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "bramble-frame-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The computed columns of a frame, each as a list. */
export async function columnsOf(frame: DataFrame): Promise<Record<string, unknown[]>> {
  const rows = await frame.toRecords();
  return Object.fromEntries(frame.columns.map((name) => [name, rows.map((row) => row[name])]));
}

/** Computed expressions, each as a list, under their names. */
export async function computeExprs(frame: DataFrame, exprs: Selection): Promise<Record<string, unknown[]>> {
  return await columnsOf(frame.select(exprs));
}
