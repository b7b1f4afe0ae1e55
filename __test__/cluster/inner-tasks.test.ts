import { Client, Event, getClient, LocalCluster, workerClient } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until } from "../support/small-cluster.js";

const fibonacci = (n: number): Promise<number> | number =>
  n < 2
    ? n
    : workerClient(async (client) => {
        const [a, b] = [client.submit(fibonacci, n - 1), client.submit(fibonacci, n - 2)];
        return (await a.result()) + (await b.result());
      });

describe("tasks that wait for others", () => {
  let cluster: LocalCluster;
  let client: Client;
  beforeAll(async () => {
    // One place for all of them.
    cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
    client = await Client.connect(cluster, PATIENCE);
    await client.waitForWorkers(1, PATIENCE);
  });
  afterAll(async () => {
    client?.close();
    await cluster?.close();
  });

  it("leave their place to those that they submit", async () => {
    expect(await client.submit(fibonacci, 6).result()).toBe(8);
    expect((await client.status()).tasks.processing).toBe(0);
  });

  it("go on in their place, and fail with what they wait for", async () => {
    const failing = client.submit(() =>
      workerClient(async (inner) => {
        await inner
          .submit(() => {
            throw new RangeError("inner");
          })
          .result();
      }),
    );
    await expect(failing.result()).rejects.toThrow("inner");
    expect(await client.submit((n: number) => n + 1, 1).result()).toBe(2);
  });

  it("use collections and futures of others", async () => {
    const base = client.submit(() => 20);
    const total = client.submit(
      (n: number) =>
        workerClient(async (inner) => (await inner.submit((m: number) => m + 1, n).result()) * 2),
      base,
    );
    expect(await total.result()).toBe(42);
  });

  it("are stopped while they wait", async () => {
    const waiting = client.submit(() =>
      workerClient(async (inner) => inner.submit(async () => new Event("never").wait()).result()),
    );
    await until(async () => (await client.status()).tasks.processing >= 2);
    waiting.cancel();
    await new Event("never").set();
    expect(await client.submit((n: number) => n + 1, 1).result()).toBe(2);
  });

  it("are tasks of a cluster", async () => {
    await expectRejection(
      workerClient(() => 1),
      "INVALID_ARGUMENT",
      "workerClient is for tasks on a cluster",
    );
    await expectRejection(getClient(), "INVALID_ARGUMENT", "getClient is for tasks on a cluster");
  });

  it("are not begun if they were cancelled before", async () => {
    const { done } = await client.status();
    const [begun, go] = [new Event("begun"), new Event("go")];
    const first = client.submit(async () => {
      await new Event("begun").set();
      await new Event("go").wait();
    });
    await begun.wait();
    const more = client.map(
      (n: number) => n,
      Array.from({ length: 50 }, (_, n) => n),
    );
    await client.status();
    client.cancel(more);
    await client.status();
    await go.set();
    await first.result();
    await until(async () => (await client.status()).tasks.processing === 0);
    // Some had been handed out already.
    expect((await client.status()).done - done).toBeLessThan(10);
  });

  it("are told one by one when they were done", async () => {
    const { total } = await client.getTaskStream();
    const future = client.submit((n: number) => n + 1, 1);
    await future.result();
    const seen = await client.getTaskStream({ since: total });
    expect(seen.total).toBeGreaterThan(total);
    const task = seen.tasks.find(({ key }) => key === future.key);
    const [{ name } = { name: "" }] = (await client.status()).workers;
    expect(task).toMatchObject({ worker: name, block: [0] });
    expect(task?.end).toBeGreaterThanOrEqual(task?.start ?? Number.POSITIVE_INFINITY);
    expect((await client.getTaskStream({ since: seen.total })).tasks).toEqual([]);
  });
});
