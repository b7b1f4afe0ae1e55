import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { array, BrambleError, Client, config, LocalCluster, NDArray, slice } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until, useSmallCluster } from "../support/small-cluster.js";

const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** Whether two results have the same shape and bits; `toEqual` takes its time for each element. */
function expectSame(ours: unknown, theirs: unknown): void {
  if (!(ours instanceof NDArray) || !(theirs instanceof NDArray)) {
    expect(ours).toBe(theirs);
    return;
  }
  expect(ours.shape).toEqual(theirs.shape);
  const bytes = ({ data }: NDArray): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  expect(bytes(ours).equals(bytes(theirs))).toBe(true);
}

/** Beside the tests and not in the system's folder for such, which may lie in memory. */
async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(
    fileURLToPath(new URL("../../node_modules/.cache/bramble/cluster-", import.meta.url)),
  );
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("a cluster on this machine", () => {
  const small = useSmallCluster();

  it("gives the same bits as this machine", async () => {
    const x = array.random.defaultRng(7).normal(0, 1, { size: [600, 500], chunks: [70, 90] });
    const all = [
      x.sum(),
      x.rechunk([100, 100]).std({ axis: 0 }),
      x.T.add(1).slice(slice(3, 40)),
      x.multiply(2).exp(),
    ];
    for (const wanted of all) {
      const here = await wanted.compute({ scheduler: "threads" });
      expectSame(await wanted.compute({ scheduler: "distributed" }), here);
      // A cluster that one is connected to is where things are computed.
      const before = (await small.client.status()).done;
      expectSame(await wanted.compute(), here);
      expect((await small.client.status()).done).toBeGreaterThan(before);
    }
  });

  it("sends what is in memory along", async () => {
    const data = Float64Array.from({ length: 1000 }, (_, index) => index);
    const x = array.fromArray(data, { chunks: 64 });
    expect(await x.sum().compute()).toBe(499_500);
    expect(Array.from((await x.slice(slice(990, 1000)).compute()).data)).toEqual(
      Array.from(data.subarray(990)),
    );
  });

  it("tells how far it is", async () => {
    const seen = new Map<string, number>();
    await array
      .ones(1000, { chunks: 10 })
      .cumsum()
      .compute({
        onProgress: (events) => {
          for (const { layer, done, total } of events) {
            expect(done).toBeLessThanOrEqual(total);
            seen.set(layer, done);
          }
        },
      });
    await until(() => seen.size > 0);
  });

  it("is stopped by a signal", async () => {
    const stop = new AbortController();
    const long = array.random
      .defaultRng(1)
      .normal(0, 1, { size: [4000, 4000], chunks: 100 })
      .sin()
      .exp()
      .std();
    const computing = long.compute({ signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(computing).rejects.toThrow("enough");
    expect(await array.ones(10).sum().compute()).toBe(10);
  });

  it("leaves to this machine what it was not asked to do", async () => {
    using _ = config.set({ scheduler: "threads" });
    const { done } = await small.client.status();
    expect(await array.ones(10).sum().compute()).toBe(10);
    expect((await small.client.status()).done).toBe(done);
  });

  it("gives the right answer though workers are killed, and starts others", async () => {
    const x = array.random.defaultRng(3).normal(0, 1, { size: [3000, 2000], chunks: [100, 100] });
    const wanted = x.rechunk([300, 70]).exp().std({ axis: 0 });
    const here = await wanted.compute({ scheduler: "threads" });
    const computing = wanted.compute();
    for (const _ of [1, 2]) {
      const [victim = 0] = small.cluster.pids;
      process.kill(victim, "SIGKILL");
      await until(() => small.cluster.pids.length === 2 && !small.cluster.pids.includes(victim));
    }
    expectSame(await computing, here);
    await small.client.waitForWorkers(2, PATIENCE);
  });

  it("tells what its workers are at", async () => {
    const { workers, clients } = await small.client.status();
    expect(clients).toBe(1);
    for (const worker of workers) {
      expect(worker).toMatchObject({
        threads: 1,
        address: expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/),
      });
    }
  });
});

describe("clusters", () => {
  it("take to disk what their workers' memory has no room for", async () => {
    const x = array.random.defaultRng(5).normal(0, 1, { size: [4000, 1000], chunks: [250, 250] });
    const wanted = x.subtract(x.mean({ axis: 0 })).std({ axis: 0 });
    const here = await wanted.compute({ scheduler: "threads" });
    await withFolder(async (localDirectory) => {
      await using cluster = await LocalCluster.start({ workers: 2, memoryLimit: "2MiB", localDirectory });
      await using client = await Client.connect(cluster, PATIENCE);
      expectSame(await wanted.compute(), here);
      // What has a future is held, and is more than the memory.
      using held = client.compute(x.add(1));
      await until(async () => (await client.status()).workers.some(({ spilled }) => spilled > 2 ** 21));
      expectSame(await held.result(), await x.add(1).compute({ scheduler: "threads" }));
      expect(readdirSync(localDirectory)).toEqual([]);
    });
    await expectRejection(
      LocalCluster.start({ localDirectory: 7 as unknown as string }),
      "INVALID_ARGUMENT",
      "options.localDirectory",
    );
  });

  it("end with all their processes", async () => {
    let pids: number[] = [];
    let address = "";
    {
      await using cluster = await LocalCluster.start({
        workers: 2,
        threadsPerWorker: 2,
        memoryLimit: "100MiB",
      });
      await using client = await Client.connect(cluster, PATIENCE);
      await client.waitForWorkers(2, PATIENCE);
      pids = cluster.pids;
      address = cluster.address;
      cluster.scale(1);
      await until(async () => (await client.status()).workers.length === 1);
      // The process takes more without any blocks: they have a fifth at least.
      expect((await cluster.status()).workers[0]).toMatchObject({ threads: 2, memoryLimit: 20 * 2 ** 20 });
      expect(await array.ones(100, { chunks: 10 }).sum().compute()).toBe(100);
    }
    await until(() => pids.every(gone));
    // The scheduler closes its door a moment after that; until then a client without the key is not let in.
    await until(async () => (await refusalAt(address)).code !== "CLUSTER_KEY");
    expect(await refusalAt(address)).toMatchObject({ code: "NETWORK" });
    // Nobody is connected any more.
    expect(await array.ones(10).sum().compute()).toBe(10);
    await expectRejection(
      array.ones(10).compute({ scheduler: "distributed" }),
      "INVALID_ARGUMENT",
      "no client",
    );
  });

  it("let nobody in who has not their key", async () => {
    await using cluster = await LocalCluster.start({ workers: 0 });
    await expectRejection(
      Client.connect(cluster.address, { insecure: true, timeout: 20 }),
      "CLUSTER_KEY",
      "insecure",
    );
    await using other = await LocalCluster.start({ workers: 0 });
    const refused = Client.connect(cluster.address, { key: other.key, timeout: 20 });
    await expectRejection(refused, "CLUSTER_KEY", "another cluster key");
    await expectRejection(Client.connect("no address", { key: other.key }), "INVALID_ARGUMENT", "no address");
    await expectRejection(Client.connect(cluster.address, { timeout: -1 }), "INVALID_ARGUMENT", "seconds");
  });
});

/** What a client without a key is told. */
async function refusalAt(address: string): Promise<BrambleError> {
  const refusal: unknown = await Client.connect(address, { timeout: 0, insecure: true }).catch(
    (error: unknown) => error,
  );
  if (refusal instanceof BrambleError) return refusal;
  throw new Error("a client without a key was let in");
}
