import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, bag, compute, dataframe, delayed, NDArray, persist, visualize } from "bramble";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";

const options = { scheduler: "sync" } as const;
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-together-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How often a function of one thread was called. */
let calls = 0;
const base = delayed(() => {
  calls += 1;
  return [1, 2, 3];
})();

it("collections of all kinds are computed together, and what they share is made once", async () => {
  calls = 0;
  const x = array.arange(4, { chunks: 2 });
  const items = bag.fromDelayed([base]).map((item) => Number(item) * 2);
  const total = delayed((list: readonly number[]) => list.length)(base);
  const frame = dataframe.fromMap({ a: [1, 2] });
  const [sum, { doubled, least }, set, table] = await compute(
    x.sum(),
    { doubled: items, least: items.min() },
    new Set([total]),
    frame,
    options,
  );
  expect([sum, doubled, least]).toEqual([6, [2, 4, 6], 2]);
  expect(set).toEqual(new Set([3]));
  expect(table.numRows).toBe(2);
  expect(calls).toBe(1);
});

it("what fails beside the others is what all of them reject with", async () => {
  const file = join(folder, "gone.csv");
  writeFileSync(file, "a\n1\n");
  const frame = dataframe.readCSV(file);
  rmSync(file);
  const slow = delayed(() => 1)();
  await expect(compute(slow, frame, options)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
});

it("collections of all kinds are persisted together, and are of the same kinds then", async () => {
  calls = 0;
  const x = array.arange(5, { chunks: [2, 3] });
  const items = bag.fromDelayed([base, base]);
  const last = delayed((list: readonly number[]) => list.at(-1))(base);
  const frame = dataframe.fromMap({ a: [1, 2] }).select("a");
  const [[y, total], kept, entry, rows, other] = await persist(
    [x.add(1), x.sum()],
    items,
    last,
    frame,
    "no collection",
    options,
  );
  expect(calls).toBe(1);
  expect(y?.chunks).toEqual([[2, 3]]);
  expect(await y?.compute()).toEqual(new NDArray(new Float64Array([1, 2, 3, 4, 5])));
  expect(await total?.compute()).toBe(10);
  expect([kept.npartitions, await kept.compute(options)]).toEqual([2, [1, 2, 3, 1, 2, 3]]);
  expect([entry.key, await entry.compute(options)]).toEqual([last.key, 3]);
  expect((await rows.compute()).numRows).toBe(2);
  expect(other).toBe("no collection");
  expect(calls).toBe(1);
  expect(await persist()).toEqual([]);
});

it("one picture shows several collections, with what they share once", async () => {
  const x = array.ones([4], { chunks: 2 });
  const parts = [x.sum(), { mean: x.mean(), count: bag.range(2).count() }];
  const file = join(folder, "graph.dot");
  await visualize(parts, file, { by: "layer" });
  const dot = readFileSync(file, "utf8");
  expect(dot.match(/label="ones/g)).toHaveLength(1);
  for (const word of ["sum", "mean", "count"]) expect(dot).toContain(`label="${word}`);
  expect(await visualize(delayed(Math.abs)(1))).toMatch(/^<\?xml|^<svg/);
});

it("the queries of data frames stand beside the layers", async () => {
  const file = join(folder, "frames.dot");
  await visualize([array.ones([2]), dataframe.fromMap({ a: [1] }).select("a")], file);
  const dot = readFileSync(file, "utf8");
  expect(dot).toContain('label="ones');
  expect(dot).toContain('label="select');
  const tasks = visualize(dataframe.fromMap({ a: [1] }), { by: "task" });
  await expectRejection(tasks, "INVALID_ARGUMENT", "layer");
});

it("nothing is no picture", async () => {
  await expectRejection(visualize([1, {}]), "INVALID_ARGUMENT", "collections");
});
