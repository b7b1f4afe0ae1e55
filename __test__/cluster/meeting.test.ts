import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client, Event, getClient, Lock, Queue, Semaphore, type TopicEvent, Variable } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until, useSmallCluster } from "../support/small-cluster.js";

/** Long enough to tell whether somebody waits, too short to wait for. */
const SOON = { timeout: 0.05 };

describe("clients of a cluster meet", () => {
  const small = useSmallCluster();
  let holder: ChildProcess;

  // Its connection may come back for a while, in which the other tests run.
  beforeAll(async () => {
    const { cluster } = small;
    const program = fileURLToPath(new URL("../support/holds-a-lock.mjs", import.meta.url));
    holder = fork(program, [cluster.address, cluster.key]);
    await once(holder, "message");
    expect(await new Lock("held").locked()).toBe(true);
    holder.kill("SIGKILL");
  });
  afterAll(() => holder?.kill("SIGKILL"));

  it("over variables, in tasks too", async () => {
    const { client, cluster } = small;
    const best = new Variable<{ n: number; all: Float64Array }>("best");
    await expectRejection(best.get(SOON), "TIMEOUT", "best got no value");
    const waiting = best.get();
    await using other = await Client.connect(cluster, { ...PATIENCE, setAsDefault: false });
    await new Variable("best", { client: other }).set({ n: 1, all: Float64Array.of(1, 2) });
    expect(await waiting).toEqual({ n: 1, all: Float64Array.of(1, 2) });
    await client
      .submit(async () => {
        const inside = new Variable<{ n: number }>("best");
        await inside.set({ n: (await inside.get()).n + 1 });
      })
      .result();
    expect(await best.get()).toEqual({ n: 2 });
    await best.delete();
    await expectRejection(best.get(SOON), "TIMEOUT", "best");
  });

  it("over queues, in their order", async () => {
    const queue = new Queue<number>("work", { maxSize: 2 });
    await queue.put(1);
    await queue.put(2);
    await expectRejection(queue.put(3, SOON), "TIMEOUT", "no room");
    const later = queue.put(4);
    expect(await queue.size()).toBe(2);
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual([1, 2, 4]);
    await later;
    await expectRejection(queue.get(SOON), "TIMEOUT", "work was empty");
    const taking = small.client.submit(async () => {
      const inside = new Queue<number>("work");
      return (await inside.get()) * 10;
    });
    await queue.put(7);
    expect(await taking.result()).toBe(70);
  });

  it("over events", async () => {
    const ready = new Event("ready");
    expect(await ready.isSet()).toBe(false);
    await expectRejection(ready.wait(SOON), "TIMEOUT", "ready did not happen");
    const waiting = small.client.submit(async () => {
      await new Event("ready").wait();
      return "went on";
    });
    await ready.set();
    expect(await waiting.result()).toBe("went on");
    expect(await ready.isSet()).toBe(true);
    await ready.clear();
    expect(await ready.isSet()).toBe(false);
  });

  it("over locks and semaphores", async () => {
    const lock = new Lock("printer");
    {
      await using _lease = await lock.hold();
      expect(await lock.locked()).toBe(true);
      await expectRejection(new Lock("printer").acquire(SOON), "TIMEOUT", "no free lease");
    }
    expect(await lock.locked()).toBe(false);
    await expectRejection(lock.release(), "INVALID_ARGUMENT", "no lease");
    const two = new Semaphore("two", { leases: 2 });
    await two.acquire();
    await two.acquire();
    expect(await two.taken()).toBe(2);
    await expectRejection(two.acquire(SOON), "TIMEOUT", "two");
    await expectRejection(new Lock("two").acquire(), "INVALID_ARGUMENT", "2 leases");
    await two.release();
    await two.acquire(PATIENCE);
    await two.release();
    await two.release();
    // Tasks of both workers count up, one at a time: nothing is lost between reading and writing.
    const count = new Variable<number>("count");
    await count.set(0);
    const adding = small.client.map(
      async (n: number) => {
        await using _lease = await new Lock("count").hold();
        const inside = new Variable<number>("count");
        await inside.set((await inside.get()) + n);
      },
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    await small.client.gather(adding);
    expect(await count.get()).toBe(36);
  });

  it("over topics", async () => {
    const { client } = small;
    const seen: TopicEvent[] = [];
    await client.subscribeTopic("progress", (event) => seen.push(event));
    await client.logEvent(["progress", "other"], { done: 1 });
    await client
      .submit(async () => {
        await (await getClient()).logEvent("progress", Float64Array.of(2));
      })
      .result();
    await until(() => seen.length === 2);
    expect(seen.map(({ message }) => message)).toEqual([{ done: 1 }, Float64Array.of(2)]);
    const logged = await client.getEvents("progress");
    expect(logged).toEqual(seen);
    expect(await client.getEvents("nothing")).toEqual([]);
    expect((await client.getEvents("other")).length).toBe(1);
    await client.unsubscribeTopic("progress");
    await client.logEvent("progress", 3);
    expect((await client.getEvents("progress")).length).toBe(3);
    expect(seen.length).toBe(2);
    const words = (await client.getEvents("scheduler")).map(({ message }) => message);
    expect(words).toContain("worker local-1 has come");
    await expectRejection(client.getEvents(""), "INVALID_ARGUMENT", "a topic");
  });

  it("under names only, on a cluster only", async () => {
    expect(() => new Lock("")).toThrow("name of a semaphore");
    expect(() => new Queue("x", { maxSize: -1 })).toThrow("maxSize");
    expect(() => new Semaphore("x", { leases: 0 })).toThrow("leases");
    await expectRejection(new Event("x").wait({ timeout: -1 }), "INVALID_ARGUMENT", "seconds");
    await expectRejection(getClient(), "INVALID_ARGUMENT", "Client.connect");
  });

  it("and a lock of a client that was killed is free again", async () => {
    const lock = new Lock("held");
    await lock.acquire(PATIENCE);
    await lock.release();
  });
});
