import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataFrame, Selection } from "bramble";
import { afterAll } from "vitest";

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
