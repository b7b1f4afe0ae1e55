import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { array, col, type DataFrame, dataframe, len } from "bramble";
import { describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { computePieces } from "../../dist/dataframe/pieces/run.js";
import { closeTo } from "../support/close.js";
import { temporaryFolder } from "../support/frames.js";
import { useSmallCluster } from "../support/small-cluster.js";

const folder = temporaryFolder();

describe("data frames on a cluster", () => {
  const small = useSmallCluster();

  it("run in the processes of workers", async () => {
    const pids = dataframe
      .fromMap({ x: Float64Array.of(1, 2, 3, 4) })
      .repartition(4)
      .mapPartitions(() => ({ pid: [process.pid] }), { schema: { pid: "i64" } });
    for (const { pid } of await pids.toRecords()) expect(small.cluster.pids).toContain(Number(pid));
    const before = (await small.client.status()).done;
    const frame = dataframe.fromMap({ x: Float64Array.of(1, 2, 3, 4) }).repartition(4);
    expect(await frame.select(col("x").sum()).toRecords({ scheduler: "threads" })).toEqual([{ x: 10 }]);
    expect((await small.client.status()).done).toBe(before);
    expect(await frame.select(col("x").sum()).toRecords()).toEqual([{ x: 10 }]);
    // Four pieces, and what puts them together.
    expect((await small.client.status()).done).toBeGreaterThanOrEqual(before + 5);
  });

  it("read files in pieces, and give the same as one machine", async () => {
    for (let file = 0; file < 12; file += 1) {
      const lines = Array.from(
        { length: 500 },
        (_, row) => `${"abc"[(row * 7 + file) % 3]},${row * file},${row / 8}`,
      );
      writeFileSync(
        join(folder, `part-${String(file).padStart(2, "0")}.csv`),
        `name,n,x\n${lines.join("\n")}\n`,
      );
    }
    const sales = dataframe.readCSV(join(folder, "part-*.csv")) as DataFrame;
    const names = dataframe.fromRecords([
      { name: "a", long: "Ada" },
      { name: "b", long: "Bob" },
    ]) as DataFrame;
    const queries = [
      sales.groupBy("name").agg(col("x").mean(), col("x").std().alias("std"), col("n").sum(), len()),
      sales.filter(col("n").gt(5000)).join(names, { on: "name" }).groupBy("long").agg(col("x").median()),
      sales.topK(5, ["n", "x"]),
      sales.select(col("n").max(), col("x").mean()),
      sales.tail(3),
    ];
    for (const query of queries) {
      const expected = await query.toRecords({ scheduler: "threads" });
      expect(await query.toRecords({ scheduler: "distributed" })).toEqual(closeTo(expected));
    }
    expect(await sales.len()).toBe(6000);
  });

  it("exchange rows between workers", async () => {
    const x = Float64Array.from({ length: 2000 }, (_, row) => (row * 389) % 1000);
    const frame = dataframe.fromMap({ x, g: x.map((value) => value % 30) }).repartition(5) as DataFrame;
    const queries = [
      frame.sort(["g", "x"]),
      frame.groupBy("g").agg(col("x").median()),
      frame.filter(col("g").lt(3)).join(frame.filter(col("x").lt(40)), { on: "g" }),
    ];
    for (const query of queries) {
      const request = { scheduler: "distributed", engine: "memory", exchangeFrom: 0 } as const;
      const pieces = await computePieces(query[FRAME], request);
      expect(pieces).toHaveLength(5);
      const rows = dataframe.concat(pieces.map((piece) => dataframe.fromArrow(piece)));
      const here = { scheduler: "threads" } as const;
      expect(await rows.toRecords(here)).toEqual(await query.toRecords(here));
    }
  });

  it("are made of arrays and written from there", async () => {
    const matrix = array.arange(6, { chunks: 3 }).reshape([3, 2]).multiply(2);
    const frame = dataframe.fromArray(matrix, { columns: ["a", "b"] });
    const path = join(folder, "written");
    await frame.filter(col("a").gt(0)).repartition(2).toParquet(`${path}/`);
    expect(await dataframe.readParquet(path).toRecords()).toEqual([
      { a: 4, b: 6 },
      { a: 8, b: 10 },
    ]);
  });

  it("fail with what was wrong with the data", async () => {
    const path = join(folder, "wrong.csv");
    writeFileSync(path, "n\n1\n2\nthree\n");
    const wrong = dataframe.readCSV(path, { types: { n: "i64" } });
    await expect(wrong.compute()).rejects.toMatchObject({ code: "INVALID_VALUE" });
    expect(await dataframe.readCSV(path, { types: { n: "i64" }, ignoreErrors: true }).len()).toBe(3);
  });
});
