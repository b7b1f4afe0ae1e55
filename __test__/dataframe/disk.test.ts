import { readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Table } from "apache-arrow";
import { col, config, type DataFrame, dataframe, len } from "bramble";
import { describe, expect, it } from "vitest";
import { collectPlan, memoryNode } from "../../dist/dataframe/node.js";
import { fetchRows } from "../../dist/dataframe/pieces/stash.js";
import { frameBackend } from "../../dist/engine/frames.js";
import { expectRejection } from "../support/errors.js";
import { temporaryFolder } from "../support/frames.js";

const folder = temporaryFolder();
const spill = join(folder, "spill");
const ROWS = 20_000;

/** Rows in a file, of which memory shall have room for a part alone. */
async function rowsInFile(name: string, rows = ROWS): Promise<DataFrame> {
  const path = join(folder, `${name}.parquet`);
  const k = Int32Array.from({ length: rows }, (_, row) => (row * 7919) % rows);
  const frame = dataframe.fromMap({ k, g: k.map((value) => value % 5000), x: Float64Array.from(k) });
  await frame.toParquet(path, { rowGroupSize: 1000 });
  return dataframe.readParquet(path) as DataFrame;
}

async function small<T>(run: () => Promise<T>): Promise<T> {
  const settings = { "memory.limit": 2 ** 20, "memory.spillFolder": spill, numWorkers: 2 } as const;
  return await config.with(settings, run);
}

describe("rows that memory has no room for", () => {
  it("are sorted, grouped, joined and told apart by way of files", async () => {
    const frame = await rowsInFile("all");
    const other = (await rowsInFile("other", 3000)).rename({ x: "y" });
    const queries = {
      sort: frame.sort("k"),
      groups: frame.groupBy("g").agg(col("x").sum(), len().alias("n"), col("k").min()),
      medians: frame.groupBy("g").ordered(false).agg(col("x").median()).sort("g"),
      join: frame.join(other, { on: "k", how: "left" }),
      widths: frame.join(other.withColumns(col("k").cast("i64")), { on: "k" }),
      unique: frame.unique("g"),
      index: frame.setIndex("k", { divisions: [0, 6000, 12000, 19999] }),
    };
    for (const [name, query] of Object.entries(queries)) {
      const expected = await query.toRecords({ engine: "memory" });
      const there = await small(() => query.toRecords({ engine: "disk", scheduler: "sync" }));
      expect(there, name).toEqual(expected);
    }
    expect(readdirSync(spill)).toEqual([]);
  });

  it("are written in small files", async () => {
    const frame = await rowsInFile("written");
    const path = join(folder, "sorted");
    await small(() => frame.sort("k").toParquet(`${path}/`, { engine: "disk" }));
    const files = readdirSync(path);
    expect(files.length).toBeGreaterThan(10);
    expect(files).not.toContainEqual(expect.stringContaining("partial"));
    const sorted = await dataframe.readParquet(path).select("k").toArray();
    expect([...sorted.data]).toEqual(Array.from({ length: ROWS }, (_, row) => row));
  });

  it("come one piece at a time", async () => {
    const frame = await rowsInFile("batches");
    let rows = 0;
    await small(async () => {
      for await (const table of frame.sort("k").batches({ engine: "disk" })) {
        rows += table.numRows;
        // A sort has its piece in memory several times, which together stay below the limit of 1 MiB.
        expect(bytesOf(table)).toBeLessThan(2 ** 20 / 6);
        if (rows > ROWS / 2) break;
      }
    });
    expect(rows).toBeLessThan(ROWS);
    // Who stops to read leaves nothing behind.
    expect(readdirSync(spill)).toEqual([]);
  });

  it("take this way by themselves where files are large", async () => {
    const frame = await rowsInFile("large");
    await small(() => frame.sort("k").toParquet(join(folder, "large/")));
    expect(readdirSync(join(folder, "large")).length).toBeGreaterThan(10);
  });
});

describe("rows in a file", () => {
  const { plan } = collectPlan(memoryNode(new Uint8Array(), 1, []), "memory");

  it("are what was put there", async () => {
    const rows = numbers(3);
    const stashed = await frameBackend().stash(plan, [rows], join(folder, "stashed"));
    expect(await frameBackend().run(plan, [stashed])).toEqual(await frameBackend().run(plan, [rows]));
    expect(await fetchRows(stashed)).toHaveLength(stashed.length);
    expect(await fetchRows(rows)).toBe(rows);
  });

  it("say so when they are gone or cut off", async () => {
    const path = join(folder, "cut");
    writeFileSync(path, "abc");
    const gone = { path: join(folder, "gone"), offset: 0, length: 1 };
    const cut = { path, offset: 1, length: 5 };
    await expectRejection(fetchRows(cut), "INVALID_VALUE", "ends after 3 bytes");
    await expectRejection(fetchRows(gone), "FILE_NOT_FOUND", "gone");
    await expectRejection(frameBackend().run(plan, [cut]), "INVALID_VALUE", "ends after 3 bytes");
    await expectRejection(frameBackend().run(plan, [gone]), "FILE_NOT_FOUND", "gone");
    const there = frameBackend().stash(plan, [], path);
    await expectRejection(there, "INVALID_GRAPH", "buffer 0");
  });
});

describe("a shard", () => {
  const { plan } = collectPlan(memoryNode(new Uint8Array(), 1, []), "memory");
  const opening = (from: number, to: number) => ({
    steps: [{ inputs: [], operation: { shard: { buffer: 0, from, to } } }],
    engine: "memory" as const,
  });

  it.each([["memory"], ["a file"]])("of another piece, cut off or changed is caught in %s", async (where) => {
    const backend = frameBackend();
    const path = where === "memory" ? null : join(folder, "shards");
    const deal = { from: 3, count: 2, by: [{ column: "x" }], ranges: null };
    const [first, second] = await backend.deal(plan, [numbers(100)], deal, path);
    if (first === undefined || second === undefined) throw new Error("there are two");
    expect((await backend.run(opening(3, 1), [second])).length).toBeGreaterThan(0);
    const other = backend.run(opening(3, 1), [first]);
    await expectRejection(other, "INVALID_VALUE", "is the one from piece 3 for piece 0");
    if (path !== null) truncateSync(path, 100);
    const lost = path === null ? [(first as Uint8Array).slice(0, 100)] : [first];
    await expectRejection(backend.run(opening(3, 0), lost), "INVALID_VALUE", path ?? "is not whole");
  });
});

/** So many rows of a column, as an Arrow stream. */
function numbers(count: number): Uint8Array {
  const bytes = new Uint8Array(Int32Array.from({ length: count }, (_, row) => row).buffer);
  return frameBackend().make([{ name: "x", type: null, values: { numbers: { of: "i32", bytes } } }]);
}

/** Bytes that the values of a table take. */
function bytesOf(table: Table): number {
  return table.batches.reduce((sum, { data }) => sum + data.byteLength, 0);
}
