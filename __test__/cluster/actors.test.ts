import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, LocalCluster, uploaded } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until, useSmallCluster } from "../support/small-cluster.js";

class Counter {
  n: number;

  constructor(start = 0) {
    if (start < 0) throw new RangeError("no such start");
    this.n = start;
  }

  add(by: number): number {
    this.n += by;
    return this.n;
  }

  async addLater(by: number): Promise<number> {
    await Promise.resolve();
    return this.add(by);
  }

  fail(): never {
    throw new RangeError("not this");
  }

  where(): number {
    return process.pid;
  }
}

describe("actors", () => {
  const small = useSmallCluster();

  it("keep what they know on one worker", async () => {
    const { client, cluster } = small;
    await using counter = await client.actor(Counter, 10);
    expect(await counter.add(1)).toBe(11);
    expect(await counter.addLater(2)).toBe(13);
    expect(await counter.$get("n")).toBe(13);
    const many = await Promise.all(Array.from({ length: 50 }, () => counter.add(1)));
    expect(many).toEqual(Array.from({ length: 50 }, (_, index) => 14 + index));
    expect(cluster.pids).toContain(await counter.where());
    await expect(counter.fail()).rejects.toThrow(RangeError);
    await expect(client.actor(Counter, -1)).rejects.toThrow("no such start");
    const other = await client.actorOn("local-2", Counter);
    expect(other.$worker).toBe("local-2");
    await other.$release();
    await expectRejection(other.add(1), "WORKER_LOST", "released");
    await expectRejection(
      (counter as unknown as { nothing(): Promise<void> }).nothing(),
      "INVALID_ARGUMENT",
      "no method nothing",
    );
    await expectRejection(client.actorOn("nobody", Counter), "INVALID_ARGUMENT", "no worker nobody");
  });

  it("are gone with their worker, and say so", async () => {
    const { client } = small;
    const counter = await client.actor(Counter);
    const pid = await counter.where();
    process.kill(pid, "SIGKILL");
    await until(async () => {
      try {
        await counter.add(1);
        return false;
      } catch {
        return true;
      }
    });
    await expectRejection(counter.add(1), "WORKER_LOST", "Counter is gone with its worker");
    await client.waitForWorkers(2, PATIENCE);
  });
});

describe("workers are set up", () => {
  let folder: string;
  const small = useSmallCluster();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bramble-test-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("with files", async () => {
    const { client } = small;
    const path = join(folder, "helpers.mjs");
    await writeFile(path, "export const triple = (x) => 3 * x;\n");
    await client.uploadFile(path);
    const tripled = client.map(
      async (n: number) => {
        const { triple } = (await import(uploaded("helpers.mjs"))) as { triple: (x: number) => number };
        return triple(n);
      },
      [1, 2, 3],
    );
    expect(await client.gather(tripled)).toEqual([3, 6, 9]);
    await expectRejection(client.uploadFile(join(folder, "nothing")), "FILE_NOT_FOUND", "nothing");
    expect(() => uploaded("helpers.mjs")).toThrow("tasks on a cluster");
  });

  it("with plugins", async () => {
    const { client } = small;
    await client.registerWorkerPlugin({
      name: "greeter",
      setup: ({ name }) => Object.assign(globalThis, { greeting: `from ${name}` }),
      teardown: () => Object.assign(globalThis, { greeting: "gone" }),
    });
    const read = (): string => (globalThis as { greeting?: string }).greeting ?? "none";
    expect(new Set(Object.values(await client.run(read)))).toEqual(new Set(["from local-1", "from local-2"]));
    await client.unregisterWorkerPlugin("greeter");
    expect(Object.values(await client.run(read))).toEqual(["gone", "gone"]);
    const failing = {
      name: "failing",
      setup: () => {
        throw new RangeError("no database");
      },
    };
    await expect(client.registerWorkerPlugin(failing)).rejects.toThrow("no database");
    await expectRejection(client.registerWorkerPlugin({ name: "" }), "INVALID_ARGUMENT", "plugin.name");
  });
});

describe("a cluster adapts", () => {
  it("to what there is to do", { timeout: 120_000 }, async () => {
    await using cluster = await LocalCluster.start({ workers: 0 });
    await using client = await Client.connect(cluster, PATIENCE);
    cluster.adapt({ minimum: 0, maximum: 2, interval: 0.05, waitCount: 2 });
    const squares = client.map((n: number) => n * n, [1, 2, 3, 4]);
    expect(await client.gather(squares)).toEqual([1, 4, 9, 16]);
    await until(() => cluster.pids.length <= 1);
    // What was made is not lost with those who leave.
    expect(await client.gather(squares)).toEqual([1, 4, 9, 16]);
    const naps = client.map(
      (n: number) => new Promise<number>((resolve) => setTimeout(resolve, 500, n)),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    await until(() => cluster.pids.length === 2);
    expect(await client.gather(naps)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(() => cluster.adapt({ minimum: 3, maximum: 2 })).toThrow("more than maximum");
    expect(() => cluster.adapt({ interval: 0 })).toThrow("interval");
    cluster.scale(1);
    await until(() => cluster.pids.length === 1);
  });
});
