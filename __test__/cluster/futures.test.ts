import { array, asCompleted, Client, delayed, fireAndForget, type Future, NDArray, wait } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until, useSmallCluster } from "../support/small-cluster.js";

const inc = (x: number): number => x + 1;
const add = (a: number, b: number): number => a + b;

describe("futures", () => {
  const small = useSmallCluster();

  it("stand for what a function returns on a worker", async () => {
    const { client } = small;
    const future = client.submit(inc, 1);
    expect(future.status).toBe("pending");
    expect(await future.result()).toBe(2);
    expect(future.status).toBe("finished");
    expect(future.done()).toBe(true);
    const pid = await client.submit(() => process.pid).result();
    expect(small.cluster.pids).toContain(pid);
  });

  it("stand for results among arguments, wherever these lie", async () => {
    const { client } = small;
    const one = client.submit(inc, 0);
    // Of the same turn, and of an earlier one.
    const two = client.submit(inc, one);
    expect(await two.result()).toBe(2);
    const three = client.submit(add, one, two);
    expect(await three.result()).toBe(3);
    const nested = client.submit(
      (all: { list: number[]; map: Map<string, number> }) => [...all.list, all.map.get("three")],
      { list: [one, two], map: new Map([["three", three]]) },
    );
    expect(await nested.result()).toEqual([1, 2, 3]);
  });

  it("keep what they need of each other, however soon they are released", async () => {
    const { client } = small;
    let last: Future<number> = client.submit(inc, 0);
    for (let step = 0; step < 30; step += 1) {
      const next: Future<number> = client.submit(inc, last);
      last.release();
      if (step % 3 === 0) await next.result();
      last = next;
    }
    expect(await last.result()).toBe(31);
  });

  it("come by the thousand", async () => {
    const { client } = small;
    const squares = client.map(
      (n: number) => n * n,
      Array.from({ length: 3000 }, (_, n) => n),
    );
    const results = await client.gather(squares);
    expect(results.every((square, n) => square === n * n)).toBe(true);
    expect(await client.gather(client.map(add, [1, 2, 3], [10, 20]))).toEqual([11, 22]);
  });

  it("take values, arrays and delayed values along", async () => {
    const { client } = small;
    const [numbers, text] = client.scatter([Float64Array.of(1, 2, 3), "text"]);
    const { matrix } = client.scatter({ matrix: new NDArray(Float32Array.of(1, 2, 3, 4), [2, 2]) });
    const total = client.submit((all: Float64Array) => all.reduce((a, b) => a + b), numbers as never);
    expect(await total.result()).toBe(6);
    expect(await text?.result()).toBe("text");
    expect((await matrix.result()).shape).toEqual([2, 2]);
    const x = array.arange(10, { chunks: 3 });
    expect(await client.submit((all: NDArray) => all.shape[0], x as never).result()).toBe(10);
    expect(await client.compute(x.sum()).result()).toBe(45);
    expect(await client.compute(delayed(inc)(4)).result()).toBe(5);
  });

  it("stand for data that all workers have", async () => {
    const { client } = small;
    const { table } = await client.scatterWith({ broadcast: true }, { table: [1, 2, 3] });
    const holders = (await client.whoHas(table))[table.key];
    expect(holders).toHaveLength(2);
    const alone = await client.scatterWith({}, "text");
    expect(await alone.result()).toBe("text");
  });

  it("fail alone, and with what reads them", async () => {
    const { client } = small;
    const failing = client.submit((text: string): number => {
      throw new RangeError(text);
    }, "not this");
    const reading = client.submit(inc, failing);
    const other = client.submit(inc, 1);
    await expect(reading.result()).rejects.toThrow(RangeError);
    await expect(failing.result()).rejects.toThrow("not this");
    expect(await failing.exception()).toBeInstanceOf(RangeError);
    expect(await client.submit(inc, other).result()).toBe(3);
    // What is submitted later fails as well.
    await expect(client.submit(inc, reading).result()).rejects.toThrow("not this");
    expect(await other.exception()).toBeUndefined();
  });

  it("are tried again", async () => {
    const { client } = small;
    const flaky = (): number => {
      const tries = (globalThis as { tries?: number }).tries ?? 0;
      (globalThis as { tries?: number }).tries = tries + 1;
      if (tries < 2) throw new Error(`try ${tries}`);
      return tries;
    };
    expect(await client.submitWith({ retries: 4 }, flaky).result()).toBeGreaterThan(1);
    const failing = client.submit((): number => {
      const seen = globalThis as { seen?: boolean };
      if (seen.seen === true) return 7;
      seen.seen = true;
      throw new Error("once on each worker");
    });
    const reading = client.submit(inc, failing);
    // It may come to the other worker, where it fails once more.
    while ((await reading.exception()) !== undefined) client.retry(failing);
    expect(await reading.result()).toBe(8);
  });

  it("are cancelled, with what reads them", async () => {
    const { client } = small;
    const first = client.submit(() => new Promise<number>(() => {}));
    const second = client.submit(inc, first);
    client.cancel(first);
    await expectRejection(first.result(), "CANCELLED", "cancelled");
    await expectRejection(second.result(), "CANCELLED", "cancelled");
    expect(second.cancelled()).toBe(true);
    expect(() => client.submit(inc, first)).toThrow("cancelled");
    using released = client.submit(inc, 1);
    released.release();
    await expectRejection(released.result(), "CANCELLED", "released");
  });

  it("of one key or of pure calls are one", async () => {
    const { client } = small;
    const random = (): number => Math.random();
    const [a, b] = [client.submitWith({ key: "one" }, random), client.submitWith({ key: "one" }, random)];
    expect(await a.result()).toBe(await b.result());
    const [c, d] = [client.submitWith({ pure: true }, random), client.submitWith({ pure: true }, random)];
    expect(c.key).toBe(d.key);
    expect(await c.result()).toBe(await d.result());
  });

  it("are waited for in the order in which they end", async () => {
    const { client } = small;
    const futures = client.map(inc, [1, 2, 3, 4]);
    const seen: number[] = [];
    for await (const future of asCompleted(futures)) seen.push(await future.result());
    expect(seen.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5]);
    const { done, notDone } = await wait(futures);
    expect([done.length, notDone.length]).toEqual([4, 0]);
    const never = client.submit(() => new Promise<number>(() => {}));
    await expectRejection(never.result({ timeout: 0.01 }), "TIMEOUT", "was not done");
    const first = await wait([...futures, never], { returnWhen: "first" });
    expect(first.notDone).toEqual([never]);
    never.cancel();
  });

  it("may be forgotten", async () => {
    const before = (await small.client.status()).done;
    fireAndForget(small.client.submit(inc, 1));
    await until(async () => (await small.client.status()).done > before);
  });

  it("cannot take along what cannot travel", async () => {
    const { client } = small;
    const fine = client.submit(inc, 1);
    const refused = client.submit((port: unknown) => port, new MessageChannel().port1 as never);
    await expectRejection(refused.result(), "CANNOT_TRAVEL", "");
    expect(await fine.result()).toBe(2);
  });

  it("survive the worker that holds them", async () => {
    const { client, cluster } = small;
    const futures = client.map((n: number) => ({ n, pid: process.pid }), [1, 2, 3, 4, 5, 6]);
    const before = await client.gather(futures);
    const [{ pid } = { pid: 0 }] = before;
    const doubled = client.map((value: { n: number }) => 2 * value.n, futures as never);
    await wait(doubled);
    process.kill(pid, "SIGKILL");
    await until(() => !cluster.pids.includes(pid));
    expect((await client.gather(futures)).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6]);
    const again = client.map((value: number) => value + 1, doubled);
    expect(await client.gather(again)).toEqual([3, 5, 7, 9, 11, 13]);
    await client.waitForWorkers(2, PATIENCE);
  });

  it("fail when the connection ends", async () => {
    const client = await Client.connect(small.cluster, PATIENCE);
    const never = client.submit(() => new Promise<number>(() => {}));
    const failing = never.result();
    await new Promise((resolve) => setImmediate(resolve));
    client.close();
    await expectRejection(failing, "SCHEDULER_LOST", "closed");
  });
});
