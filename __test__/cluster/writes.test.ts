import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  array,
  type Client,
  col,
  compute,
  dataframe,
  delayed,
  type LazyArray,
  type NDArray,
  persist,
} from "bramble";
import { openHDF5 } from "bramble/hdf5";
import { openNpy, openNpyStack } from "bramble/npy";
import { openZarrArray } from "bramble/zarr";
import { afterAll, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { useSmallCluster } from "../support/small-cluster.js";

const folder = mkdtempSync(join(tmpdir(), "bramble-cluster-writes-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const HERE = { scheduler: "threads" } as const;

/** How many tasks the cluster has done. */
const doneBy = async (client: Client): Promise<number> => (await client.status()).done;

describe("arrays on a cluster", () => {
  const small = useSmallCluster();

  /** Numbers that workers made: each knows in which process. */
  const made = (): LazyArray =>
    array
      .arange(60, { chunks: 7 })
      .astype("float64")
      .mapBlocks((block: NDArray) => (block.data as Float64Array).map((value) => 2 * value + 1))
      .reshape([6, 10]);

  const expected = Array.from({ length: 60 }, (_, n) => 2 * n + 1);

  const numbers = async (x: LazyArray): Promise<number[]> => [
    ...(((await x.ravel().compute(HERE)) as NDArray).data as Float64Array),
  ];

  it.each([
    ["numbers.npy", (x: LazyArray, path: string) => x.toNpy(path), (path: string) => openNpy(path)],
    ["numbers", (x: LazyArray, path: string) => x.toNpy(path), (path: string) => openNpyStack(path)],
    ["numbers.zarr", (x: LazyArray, path: string) => x.toZarr(path), (path: string) => openZarrArray(path)],
    [
      "numbers.h5",
      (x: LazyArray, path: string) => x.toHDF5(path, "/a/b", { compression: "gzip" }),
      (path: string) => openHDF5(path).get("/a/b"),
    ],
  ])("write %s with what workers made", async (name, write, open) => {
    const before = await doneBy(small.client);
    await write(made(), at(name));
    expect(await doneBy(small.client)).toBeGreaterThanOrEqual(before + 9);
    expect(await numbers(array.fromArray(open(at(name)) as never))).toEqual(expected);
  });

  it("write what lies on the workers, and what is complex", async () => {
    const kept = await made().persist();
    await kept.toNpy(at("kept.npy"));
    expect(await numbers(array.fromArray(openNpy(at("kept.npy"))))).toEqual(expected);
    const x = made().astype("complex128").multiply(2);
    await x.toZarr(at("complex.zarr"));
    const read = array.fromArray(openZarrArray(at("complex.zarr")));
    expect(String(await read.sum().compute(HERE))).toBe(String(await x.sum().compute(HERE)));
  });

  it("are stored in memory and in parts of files, all in one run", async () => {
    await array.zeros([4, 10], { chunks: 4 }).toNpy(at("target.npy"), HERE);
    const target = openNpy(at("target.npy"));
    const memory = new Float64Array(60);
    const x = made();
    await array.store([x.slice("2:4"), x.ravel()], [target, memory], { regions: [["1:3"], [":"]] });
    expect([...memory]).toEqual(expected);
    const rows = await numbers(array.fromArray(openNpy(at("target.npy"))));
    expect(rows.slice(10, 30)).toEqual(expected.slice(20, 40));
    expect(rows.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0));
  });

  it("are written when somebody computes that they are, and in their order", async () => {
    const later = made().toNpy(at("later.npy"), { compute: false });
    expect(existsSync(at("later.npy"))).toBe(false);
    const [isWritten, other] = await compute(later, delayed((n: number) => n + 1)(1));
    expect([isWritten, other]).toEqual([true, 2]);
    expect(await numbers(array.fromArray(openNpy(at("later.npy"))))).toEqual(expected);
    const again = made().toNpy(at("again.npy"), { compute: false });
    const [kept] = await persist(again);
    expect(existsSync(at("again.npy"))).toBe(true);
    expect(await kept.compute()).toBe(true);
  });

  it("are written where the lengths of blocks are known only when they are made", async () => {
    const x = array.arange(30, { chunks: 4 });
    await x.compress(x.greater(20)).toNpy(at("chosen.npy"));
    expect(await numbers(array.fromArray(openNpy(at("chosen.npy"))).astype("float64"))).toEqual([
      21, 22, 23, 24, 25, 26, 27, 28, 29,
    ]);
  });

  it("leave nothing of a write that fails", async () => {
    const wrong = array.arange(40, { chunks: 4 }).mapBlocks((block: NDArray) => {
      if (Number(block.data[0]) === 24) throw new RangeError("no such block");
      return block;
    });
    await expect(wrong.toNpy(at("wrong.npy"))).rejects.toThrow("no such block");
    expect(readdirSync(folder).filter((name) => name.includes("wrong"))).toEqual([]);
  });

  it("are not written by calls", async () => {
    const later = made().toNpy(at("never.npy"), { compute: false });
    await expectRejection(small.client.compute(later).result(), "INVALID_ARGUMENT", "writes a file");
  });
});

describe("data frames on a cluster", () => {
  const small = useSmallCluster();

  it("are written by workers, a file for each piece", async () => {
    const frame = dataframe
      .fromMap({ x: Float64Array.from({ length: 100 }, (_, n) => n) })
      .repartition(5)
      .withColumns(col("x").mul(2).alias("y"));
    const before = await doneBy(small.client);
    await frame.toParquet(`${at("frame")}/`);
    expect(await doneBy(small.client)).toBeGreaterThanOrEqual(before + 5);
    expect(readdirSync(at("frame")).sort()).toEqual(
      Array.from({ length: 5 }, (_, piece) => `part-0000${piece}.parquet`),
    );
    const read = dataframe.readParquet(at("frame"));
    expect(await read.toRecords(HERE)).toEqual(await frame.toRecords(HERE));
  });
});
