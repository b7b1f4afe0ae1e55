import {
  array,
  type Bag,
  bag,
  Client,
  delayed,
  type LazyArray,
  LocalCluster,
  type NDArray,
  persist,
} from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until, useSmallCluster } from "../support/small-cluster.js";

const inc = (x: number): number => x + 1;

describe("persisted collections", () => {
  const small = useSmallCluster();

  /** Collections that stay, so that the collector of garbage changes nothing while blocks are counted. */
  const staying: unknown[] = [];

  function stay<T>(collection: T): T {
    staying.push(collection);
    return collection;
  }

  /** Blocks that the workers have in all. */
  async function blocksHeld(): Promise<number> {
    return (await small.client.status()).tasks.memory;
  }

  it("stay on the workers, where others read them", async () => {
    const before = await blocksHeld();
    const x = array.arange(1000, { chunks: 100 }).add(1);
    const kept = stay(await x.persist());
    await until(async () => (await blocksHeld()) >= before + 10);
    expect(kept.shape).toEqual([1000]);
    expect(kept.explain()).toContain("kept by graph");
    expect(await kept.sum().compute()).toBe(500500);
    expect(((await kept.slice("995:").compute()) as NDArray).toArray()).toEqual([996, 997, 998, 999, 1000]);
    expect(((await kept.reshape([10, 100]).sum({ axis: 1 }).compute()) as NDArray).shape).toEqual([10]);
    expect(await small.client.submit((all: NDArray) => all.size, kept as never).result()).toBe(1000);
  });

  it("are made once, whatever reads them, and several at once", async () => {
    const chance = delayed(() => Math.random())();
    const x = array.ones([6, 4], { chunks: [2, 4] });
    const words = bag.fromSequence(["a", "b", "a"], { npartitions: 3 });
    const [value, doubled, counts] = stay(
      await persist(
        chance,
        x.multiply(2),
        words.map((word) => word + word),
      ),
    );
    expect(await value.compute()).toEqual(await value.compute());
    expect(await doubled.sum().compute()).toBe(48);
    expect(await counts.frequencies().compute()).toEqual([
      ["aa", 2],
      ["bb", 1],
    ]);
  });

  it("have elements of any type, and blocks of unknown length", async () => {
    const x = array.arange(20, { chunks: 6 });
    const complex = stay(await x.astype("complex128").multiply(2).persist());
    expect(complex.dtype).toBe("complex128");
    expect(String(await complex.sum().compute())).toBe(
      String(await x.astype("complex128").multiply(2).sum().compute()),
    );
    const chosen = stay(await x.compress(x.greater(4)).persist());
    expect(await chosen.sum().compute()).toBe(180);
  });

  it("are let go of with the client that has them", async () => {
    const other = await Client.connect(small.cluster, { ...PATIENCE, setAsDefault: false });
    const before = await blocksHeld();
    const [kept] = await other.persist(array.ones(64, { chunks: 4 }));
    await until(async () => (await blocksHeld()) >= before + 16);
    other.close();
    await until(async () => (await blocksHeld()) <= before);
    await expectRejection(kept.sum().compute(), "CANCELLED", "until the client that had it was closed");
  });

  it("cannot be read on this machine", async () => {
    const kept = stay(await array.ones(8, { chunks: 4 }).persist());
    await expectRejection(
      kept.compute({ scheduler: "threads" }),
      "INVALID_ARGUMENT",
      "where alone it can be read",
    );
    await expectRejection(
      kept.toRaw("/tmp/never", { scheduler: "threads" }),
      "INVALID_ARGUMENT",
      "where alone it can be read",
    );
  });

  it("tell what failed, and stop when they are aborted", async () => {
    const failing = delayed((): number => {
      throw new RangeError("not this");
    })();
    await expect(failing.persist()).rejects.toThrow("not this");
    const sleeping = delayed(() => new Promise((resolve) => setTimeout(resolve, 60_000)))();
    const stop = new AbortController();
    const waiting = sleeping.persist({ signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });

  it("are published under a name, also when their client has left", async () => {
    const first = await Client.connect(small.cluster, { ...PATIENCE, setAsDefault: false });
    const x = array.arange(100, { chunks: 10 });
    await first.publishDataset("numbers", x.add(1));
    await first.publishDataset("words", bag.fromSequence(["b", "a"], { npartitions: 2 }));
    await first.publishDataset("value", delayed(inc)(1));
    await expectRejection(first.publishDataset("numbers", x), "INVALID_ARGUMENT", "unpublish it first");
    first.close();
    const { client } = small;
    await until(async () => (await client.status()).clients === 1);
    expect(await client.listDatasets()).toEqual(["numbers", "value", "words"]);
    const numbers = await client.getDataset<LazyArray>("numbers");
    expect(await numbers.sum().compute()).toBe(5050);
    const words = await client.getDataset<Bag<string>>("words");
    expect(await words.compute()).toEqual(["b", "a"]);
    expect(await (await client.getDataset("value")).compute()).toBe(2);
    for (const name of await client.listDatasets()) await client.unpublishDataset(name);
    expect(await client.listDatasets()).toEqual([]);
    await expectRejection(
      client.getDataset("numbers"),
      "INVALID_ARGUMENT",
      'no dataset "numbers"; there are: none',
    );
    await expectRejection(numbers.sum().compute(), "CANCELLED", "does not keep its blocks any more");
  });
});

describe("persisted collections whose worker dies", () => {
  it("are made again", async () => {
    await using cluster = await LocalCluster.start({ workers: 2 });
    await using client = await Client.connect(cluster, PATIENCE);
    await client.waitForWorkers(2, PATIENCE);
    const kept = await array.arange(400, { chunks: 20 }).multiply(2).persist();
    const half = await kept.add(1).persist();
    const [pid = 0] = cluster.pids;
    process.kill(pid, "SIGKILL");
    expect(await half.sum().compute()).toBe(160_000);
    expect(await kept.sum().compute()).toBe(159_600);
  });
});
