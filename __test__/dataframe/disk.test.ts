import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { col, config, type DataFrame, dataframe, len } from "bramble";
import { describe, expect, it } from "vitest";
import { fetchRows, stash } from "../../dist/dataframe/pieces/stash.js";
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
      for await (const table of frame.sort("k").batches({ engine: "disk", scheduler: "sync" })) {
        rows += table.numRows;
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
  it("are what was put there", async () => {
    const parts = [new Uint8Array([1, 2, 3]), new Uint8Array(0), new Uint8Array([4])];
    mkdirSync(join(folder, "stash"));
    const stashed = await stash(parts, join(folder, "stash"));
    expect(await Promise.all(stashed.map(fetchRows))).toEqual(parts);
    expect(await stash(parts, null)).toBe(parts);
  });

  it("say so when they are gone or cut off", async () => {
    const path = join(folder, "cut");
    writeFileSync(path, "abc");
    await expectRejection(fetchRows({ path, offset: 1, length: 5 }), "INVALID_VALUE", "ends after 3 bytes");
    const gone = { path: join(folder, "gone"), offset: 0, length: 1 };
    await expectRejection(fetchRows(gone), "FILE_NOT_FOUND", "gone");
    await expectRejection(stash([new Uint8Array(1)], join(folder, "no")), "FILE_NOT_FOUND", "written");
  });
});
