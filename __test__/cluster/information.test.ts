import { Client, LocalCluster } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until, useSmallCluster } from "../support/small-cluster.js";

const inc = (x: number): number => x + 1;

describe("a client", () => {
  const small = useSmallCluster();

  it("tells of the scheduler and its workers", async () => {
    const { client, cluster } = small;
    const info = await client.schedulerInfo();
    expect(info.address).toBe(cluster.address);
    const workers = Object.values(info.workers);
    expect(new Set(workers.map(({ pid }) => pid))).toEqual(new Set(cluster.pids));
    expect(workers.map(({ nthreads }) => nthreads)).toEqual([1, 1]);
  });

  it("tells where results lie, how large they are and who makes them", async () => {
    const { client } = small;
    const future = client.submitWith({ key: "array-1" }, () => new Float64Array(1000));
    await future.result();
    const holders = await client.whoHas(future);
    expect(Object.keys(holders)).toEqual(["array-1"]);
    const [holder = ""] = holders["array-1"] ?? [];
    expect((await client.hasWhat())[holder]).toContain("array-1");
    expect((await client.nbytes(future, { summary: false }))["array-1"]).toBeGreaterThan(8000);
    expect((await client.nbytes(future))["array"]).toBeGreaterThan(8000);
    const never = client.submitWith({ key: "never" }, () => new Promise<number>(() => {}));
    await until(async () =>
      Object.values(await client.processing())
        .flat()
        .includes("never"),
    );
    const dump = await client.dumpState();
    expect(dump.futures["never"]?.status).toBe("pending");
    expect(dump.futures["array-1"]?.whoHas).toEqual([holder]);
    never.cancel();
  });

  it("tells what became of calls, step by step", async () => {
    const { client } = small;
    const good = client.submitWith({ key: "good" }, inc, 1);
    await good.result();
    const bad = client.submitWith({ key: "bad" }, (): number => {
      throw new RangeError("not so");
    });
    await expect(bad.result()).rejects.toThrow(RangeError);
    bad.retry();
    await expect(bad.result()).rejects.toThrow(RangeError);
    const steps = await client.story([good, "bad"]);
    const turnsOf = (name: string): string[] =>
      steps.filter(({ key }) => key === name).map(({ turn }) => turn);
    expect(turnsOf("good")).toEqual(["processing", "memory"]);
    const tried = ["processing", "failed", "erred"];
    expect(turnsOf("bad")).toEqual([...tried, "retried", ...tried]);
    expect(steps[0]?.worker).toMatch(/^local-[12]$/);
    expect(steps.map(({ time }) => time)).toEqual(steps.map(({ time }) => time).sort((a, b) => a - b));
    expect((await client.story()).length).toBeGreaterThanOrEqual(steps.length);
    await expectRejection(client.story("nobody's"), "INVALID_ARGUMENT", "nobody's");
  });

  it("has workers call functions", async () => {
    const { client, cluster } = small;
    const pids = await client.run(() => process.pid);
    expect(new Set(Object.values(pids))).toEqual(new Set(cluster.pids));
    expect(Object.values(await client.run(async (a: number, b: number) => a + b, 1, 2))).toEqual([3, 3]);
    const [name = ""] = Object.values((await client.schedulerInfo()).workers).map((worker) => worker.name);
    const one = await client.runWith({ workers: [name] }, () => new Uint8Array(3));
    expect(Object.values(one)).toEqual([new Uint8Array(3)]);
    const fail = (): never => {
      throw new RangeError("not here");
    };
    await expect(client.run(fail)).rejects.toThrow(RangeError);
    expect(Object.values(await client.runWith({ onError: "ignore" }, fail))).toEqual([]);
    const errors = Object.values(await client.runWith({ onError: "return" }, fail));
    expect(errors.map(String)).toEqual(["RangeError: not here", "RangeError: not here"]);
    await expectRejection(client.runWith({ workers: ["nobody"] }, inc, 1), "INVALID_ARGUMENT", "local-");
    // While all threads are busy, too.
    const busy = client.map((n: number) => new Promise<number>(() => n), [1, 2, 3, 4]);
    expect(Object.values(await client.run(inc, 1))).toEqual([2, 2]);
    client.cancel(busy);
  });

  it("knows the versions of all", async () => {
    const { client, workers } = await small.client.getVersions();
    expect(Object.values(workers)).toEqual([client, client]);
    expect(client.node).toBe(process.versions.node);
  });

  it("copies results to other workers and spreads them evenly", async () => {
    const { client } = small;
    const futures = client.map((n: number) => new Float64Array(1000).fill(n), [1, 2, 3, 4]);
    await client.replicate(futures);
    for (const holders of Object.values(await client.whoHas(futures))) expect(holders.length).toBe(2);
    expect((await client.gather(futures)).map(([n]) => n)).toEqual([1, 2, 3, 4]);
    await expectRejection(client.replicate(futures, 3), "INVALID_ARGUMENT", "3 copies");
    const [first] = Object.keys((await client.schedulerInfo()).workers);
    const chain = client.submit(() => new Float64Array(100_000));
    await chain.result();
    // Each reads a large array, so that all are made where it lies.
    const many = client.map(
      (all: Float64Array, n: number) => all.slice(n),
      Array.from({ length: 8 }, () => chain) as never,
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    await client.gather(many);
    await client.rebalance(many);
    const counts = Object.values(await client.hasWhat()).map(
      (keys) => many.filter(({ key }) => keys.includes(key)).length,
    );
    expect(Math.min(...counts)).toBeGreaterThan(1);
    expect(first).toBeDefined();
    expect((await client.gather(many)).map(({ length }) => length)[7]).toBe(100_000 - 8);
  });
});

describe("workers", () => {
  it("are started anew, and leave when they are told to", { timeout: 120_000 }, async () => {
    await using cluster = await LocalCluster.start({ workers: 2 });
    await using client = await Client.connect(cluster, PATIENCE);
    await client.waitForWorkers(2, PATIENCE);
    const before = Object.values(await client.run(() => process.pid));
    const old = client.submit(inc, 1);
    await old.result();
    await client.restart(PATIENCE);
    const after = Object.values(await client.run(() => process.pid));
    expect(after.length).toBe(2);
    expect(after.some((pid) => before.includes(pid))).toBe(false);
    expect(old.status).toBe("cancelled");
    const kept = client.map((n: number) => n * n, [1, 2, 3, 4, 5]);
    await client.gather(kept);
    const [first] = Object.values((await client.schedulerInfo()).workers);
    await client.retireWorkers([first?.name ?? ""], PATIENCE);
    expect(await client.gather(kept)).toEqual([1, 4, 9, 16, 25]);
    await until(() => cluster.pids.length === 1);
  });
});
