import { col, dataframe, type DataFrame } from "bramble";
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

describe.each([
  ["in memory", threads, [4, 4, 4, 4]],
  ["on disk", { engine: "disk" }, [0, 4, 6, 6]],
] as const)("the pieces behind a filter, %s,", (_, options, expected) => {
  const some = dataframe
    .fromMap({ x: Float64Array.from({ length: 24 }, (__, place) => place) })
    .repartition(4)
    .filter(col("x").ge(8)) as DataFrame;
  const groups = some.groupBy(col("x").modulo(4).alias("g")).agg(col("x").sum());

  async function seen(frame: DataFrame): Promise<readonly (readonly number[])[]> {
    const tables = await Promise.all((await frame.toDelayed(options)).map((table) => table.compute()));
    const mapped = frame.mapPartitions((table) => [{ rows: table.numRows }], { schema: { rows: "i32" } });
    const picked = [0, 1, 2, 3].map((place) => frame.partitions(place).len(options));
    const batches: number[] = [];
    for await (const { numRows } of frame.batches(options)) batches.push(numRows);
    return [
      tables.map(({ numRows }) => numRows),
      (await mapped.toRecords(options)).map(({ rows: count }) => count ?? 0),
      await Promise.all(picked),
      batches,
    ];
  }

  it("are the same for all that see them", async () => {
    expect(await seen(some)).toEqual(Array(4).fill(expected));
    expect(await seen(groups)).toEqual(Array(4).fill([1, 1, 1, 1]));
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
