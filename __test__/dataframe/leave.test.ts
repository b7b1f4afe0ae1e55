import { dataframe, type DataFrame } from "bramble";
import { describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";

const threads = { scheduler: "threads" } as const;
const rows = [1, 2, 3, 4, 5].map((x) => ({ x, day: new Date(x * 86_400_000) }));
const frame = dataframe.fromRecords(rows, { schema: { x: "i32", day: "datetime" } }).repartition(2);

describe("the pieces of a frame", () => {
  it("become delayed tables", async () => {
    const tables = await frame.toDelayed(threads);
    const counts = await Promise.all(tables.map(async (table) => (await table.compute(threads)).numRows));
    expect(counts).toEqual([2, 3]);
  });

  it("become partitions of a bag", async () => {
    const items = await frame.toBag(threads);
    expect(items.npartitions).toBe(2);
    expect(await items.compute(threads)).toEqual(rows);
  });
});

describe("rows in memory", () => {
  it("are read once, however many queries they have", async () => {
    const numbers = dataframe.fromMap({ x: Float64Array.of(3, 1, 2) }) as DataFrame;
    expect(await numbers.sort("x").toRecords(threads)).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
    // Whoever read the stream again would find that it is none.
    numbers[FRAME].buffer?.fill(0);
    expect(await numbers.sum().toRecords(threads)).toEqual([{ x: 6 }]);
    expect(await numbers.toRecords(threads)).toEqual([{ x: 3 }, { x: 1 }, { x: 2 }]);
  });
});
