import { mkdtempSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, Client, type LazyArray, LocalCluster, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { LastLines } from "../../dist/cluster/process-watch.js";
import { PATIENCE, until } from "../support/small-cluster.js";

/** More than the time between two looks at the memory of a worker. */
const A_WHILE = 1200;

async function messageOf(failing: Promise<unknown>): Promise<string> {
  const error = await failing.then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );
  return error.message;
}

describe("a worker that is killed", () => {
  it("is told of with its signal, its memory and its last words, and nothing else fails", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bramble-deaths-"));
    try {
      await using cluster = await LocalCluster.start({ workers: 1 });
      await using client = await Client.connect(cluster, PATIENCE);
      const inc = (n: number): number => n + 1;
      const before = client.submit(inc, 1);
      expect(await before.result()).toBe(2);
      const fatal = client.submit(async () => {
        writeSync(2, `fatal runs in \u001b[31m${process.pid}\u001b[0m\n`);
        writeFileSync(join(folder, String(process.pid)), "");
        await new Promise(() => {});
      });
      const after = Array.from({ length: 20 }, (_, n) => client.submit(inc, n));
      const message = messageOf(fatal.result());
      const pids: number[] = [];
      while (pids.length < 3) {
        await until(() => readdirSync(folder).length > pids.length);
        const pid =
          readdirSync(folder)
            .map(Number)
            .find((pid) => !pids.includes(pid)) ?? 0;
        await new Promise((resolve) => setTimeout(resolve, A_WHILE));
        process.kill(pid, "SIGKILL");
        pids.push(pid);
      }
      const lines = (await message).split("\n");
      expect(lines[0]).toMatch(/^3 workers died, one after the other, while they ran a task of .*:$/);
      expect(lines).toHaveLength(7);
      for (const [at, pid] of pids.entries()) {
        const death = /^ {2}local-1\S*: killed by SIGKILL; .*it had up to [\d.]+ MB of memory/;
        expect(lines[1 + 2 * at]).toMatch(death);
        expect(lines[2 + 2 * at]).toBe(`    | fatal runs in ${pid}`);
      }
      expect(await client.gather(after)).toEqual(after.map((_, n) => n + 1));
      expect(await before.result()).toBe(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is told of with the signal by which it ends itself", async () => {
    await using cluster = await LocalCluster.start({ workers: 1 });
    await using client = await Client.connect(cluster, PATIENCE);
    const quit = client.submit(async () => {
      process.kill(process.pid, "SIGABRT");
      // Another thread may get the signal, and this one go on for a moment.
      await new Promise(() => {});
    });
    expect(await messageOf(quit.result())).toMatch(/killed by SIGABRT/);
    const turns = (await client.story(quit)).map(({ turn }) => turn);
    const death = ["processing", "lost"];
    expect(turns).toEqual([...death, ...death, ...death, "erred"]);
  });
});

describe("the last lines of a text", () => {
  it("are ten, however it came in pieces", () => {
    const text = Array.from({ length: 30 }, (_, n) => `line ${n}\n`).join("");
    const wanted = Array.from({ length: 10 }, (_, n) => `line ${20 + n}`);
    for (const size of [1, 3, 7, 50, 1000]) {
      const lines = new LastLines();
      for (let at = 0; at < text.length; at += size) lines.add(text.slice(at, at + size));
      expect(lines.all()).toEqual(wanted);
    }
  });

  it("are short, and have no commands for a terminal", () => {
    const lines = new LastLines();
    for (let piece = 0; piece < 100; piece += 1) lines.add("x".repeat(100));
    lines.add("\n\n\u001b[1mthe\u001b[0m\tend\u0000");
    const [long = "", last] = lines.all();
    expect(long.length).toBeLessThanOrEqual(201);
    expect(last).toBe("the end ");
  });
});

describe("data whose workers all die at once", () => {
  it("are there again on those that follow, also when their client is gone", async () => {
    await using cluster = await LocalCluster.start({ workers: 2 });
    await using client = await Client.connect(cluster, PATIENCE);
    await client.waitForWorkers(2, PATIENCE);
    const data = Float64Array.from({ length: 300_000 }, (_, n) => Math.sqrt(n));
    const scattered = client.scatter({ data, text: "small", big: 7n });
    await client.gather(Object.values(scattered));
    const other = await Client.connect(cluster, PATIENCE);
    await other.publishDataset("roots", array.fromArray(data, { chunks: 50_000 }));
    other.close();
    await until(async () => (await client.status()).clients === 1);
    const { pids } = cluster;
    for (const pid of pids) process.kill(pid, "SIGKILL");
    expect(await client.gather(Object.values(scattered))).toEqual([data, "small", 7n]);
    expect(cluster.pids.some((pid) => pids.includes(pid))).toBe(false);
    const roots = await client.getDataset<LazyArray>("roots");
    expect(((await roots.compute()) as NDArray).data).toEqual(data);
    expect(await client.submit((all: Float64Array) => all[4], scattered.data).result()).toBe(2);
  });
});
