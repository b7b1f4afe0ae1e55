import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Table, Vector } from "apache-arrow";
import { Client, col, type DataFrame, dataframe, len, LocalCluster } from "bramble";
import { describe, expect, it } from "vitest";
import { PATIENCE, until } from "../support/small-cluster.js";

const ROWS = 40_000;
const LIMIT = 3 * 2 ** 20;

/** Rows in a file; what is made of them is more than the blocks of all workers may take. */
async function rowsInFile(folder: string): Promise<DataFrame> {
  const row = Float64Array.from({ length: ROWS }, (_, number) => number);
  const k = row.map((number) => (number * 7919) % (ROWS / 2));
  const path = join(folder, "rows.parquet");
  await dataframe
    .fromMap({ k, row, v: row.map((number) => (number * 104_729) % 1000) })
    .toParquet(path, { rowGroupSize: 2000 });
  return dataframe.readParquet(path) as DataFrame;
}

/** How many rows a table has, and digests of its columns, which are far quicker to compare than rows. */
function contentOf(table: Table): object {
  const digestOf = (column: Vector | null): string => {
    const values: unknown = column?.toArray();
    if (!ArrayBuffer.isView(values)) throw new TypeError("a column that is no list of numbers");
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return createHash("sha256").update(bytes).digest("hex");
  };
  const columns = table.schema.fields.map(({ name }) => [name, digestOf(table.getChild(name))]);
  return { rows: table.numRows, ...Object.fromEntries(columns) };
}

describe("rows that the memory of workers has no room for", () => {
  it("are sorted, grouped, joined and indexed by way of their disks", async () => {
    // Beside the tests and not in the system's folder for such, which may lie in memory.
    const cache = fileURLToPath(new URL("../../node_modules/.cache/bramble/", import.meta.url));
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, "frames-"));
    const localDirectory = mkdtempSync(join(cache, "spill-"));
    try {
      const frame = await rowsInFile(folder);
      const other = frame.filter(col("row").lt(ROWS / 2)).rename({ v: "y", row: "there" });
      const queries = {
        sort: frame.sort("v"),
        groups: frame.groupBy("k").agg(col("v").sum(), len().alias("n")),
        join: frame.join(other, { on: "k" }),
        index: await frame.setIndex("k").computeDivisions(20, { scheduler: "threads" }),
      };
      const here = { scheduler: "threads", engine: "memory" } as const;
      const expected = new Map<string, object>();
      for (const [name, query] of Object.entries(queries))
        expected.set(name, contentOf(await query.compute(here)));
      await using cluster = await LocalCluster.start({ workers: 2, memoryLimit: LIMIT, localDirectory });
      await using client = await Client.connect(cluster, PATIENCE);
      await client.waitForWorkers(2, PATIENCE);
      for (const [name, query] of Object.entries(queries)) {
        const kept = await query.persist();
        // What is kept of it alone is more than their blocks may take, wherever it lies.
        await until(async () => {
          const { workers } = await client.status();
          return workers.reduce((sum, { spilled }) => sum + spilled, 0) > LIMIT / 20;
        });
        expect(contentOf(await kept.compute()), name).toEqual(expected.get(name));
      }
      expect(readdirSync(localDirectory)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
      rmSync(localDirectory, { recursive: true });
    }
  });
});
