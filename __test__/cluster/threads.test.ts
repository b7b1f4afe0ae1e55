import { isMainThread } from "node:worker_threads";
import { array, Client, delayed, LocalCluster, workerClient } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until } from "../support/small-cluster.js";

describe("a cluster without processes", () => {
  it("computes what others compute, in threads of this process", async () => {
    await using cluster = await LocalCluster.start({ processes: false, threadsPerWorker: 2 });
    await using client = await Client.connect(cluster, PATIENCE);
    expect(cluster.pids).toEqual([]);
    const x = array.arange(1000, { chunks: 100 }).astype("float64");
    expect(await x.sum().compute()).toBe(499_500);
    expect(
      await x
        .mapBlocks((block) => block.data.map((value) => 2 * value))
        .sum()
        .compute(),
    ).toBe(999_000);
    const here = client.submit(() => ({ pid: process.pid, isMainThread }));
    expect(await here.result()).toEqual({ pid: process.pid, isMainThread: false });
    const { workers } = await client.status();
    expect(workers.map(({ threads }) => threads)).toEqual([2]);
    const failing = delayed(() => {
      throw new RangeError("it fails");
    });
    await expect(failing().compute()).rejects.toThrow("it fails");
  });

  it("has tasks that hand in others", async () => {
    await using cluster = await LocalCluster.start({ processes: false });
    await using client = await Client.connect(cluster, PATIENCE);
    const outer = client.submit(async () =>
      workerClient((inner) => inner.submit((n: number) => n + 1, 1).result()),
    );
    expect(await outer.result()).toBe(2);
  });

  it("can be closed and followed by others", async () => {
    const listeners = process.listenerCount("exit");
    for (let round = 0; round < 3; round += 1) {
      await using cluster = await LocalCluster.start({ processes: false, threadsPerWorker: 1 });
      await using client = await Client.connect(cluster, PATIENCE);
      expect(await client.submit((n: number) => n + 1, round).result()).toBe(round + 1);
      cluster.scale(0);
      await until(async () => (await client.status()).workers.length === 0);
      cluster.scale(1);
      expect(await client.submit((n: number) => n + 2, round).result()).toBe(round + 2);
    }
    expect(process.listenerCount("exit")).toBe(listeners);
  });

  it("refuses what needs a process", async () => {
    await expectRejection(
      LocalCluster.start({ processes: false, workers: 2 }),
      "INVALID_ARGUMENT",
      "options.workers",
    );
    await expectRejection(
      LocalCluster.start({ processes: 1 as unknown as boolean }),
      "INVALID_ARGUMENT",
      "options.processes",
    );
    await using cluster = await LocalCluster.start({ processes: false });
    await using client = await Client.connect(cluster, PATIENCE);
    await client.waitForWorkers(1, PATIENCE);
    await expectRejection(client.restart(PATIENCE), "INVALID_ARGUMENT", "can't be started again");
  });
});
