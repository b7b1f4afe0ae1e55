import { array, bag, delayed } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { useSmallCluster } from "../support/small-cluster.js";

describe("functions on a cluster", () => {
  const small = useSmallCluster();

  it("are called in the processes of workers", async () => {
    const pidOf = delayed((n: number) => ({ n, pid: process.pid }).pid);
    const pids = await delayed((...all: number[]) => all)(...[1, 2, 3, 4].map((n) => pidOf(n))).compute();
    expect(pids).not.toContain(process.pid);
    for (const pid of pids) expect(small.cluster.pids).toContain(pid);
  });

  it("bring what they capture, and give any value", async () => {
    const offset = new Map([["offset", 10n]]);
    const add = delayed((value: bigint) => ({ sum: value + (offset.get("offset") ?? 0n), at: new Date(5) }));
    const both = delayed((first: { sum: bigint }, second: { sum: bigint }) => [first, second]);
    expect(await both(add(1n), add(2n)).compute()).toEqual([
      { sum: 11n, at: new Date(5) },
      { sum: 12n, at: new Date(5) },
    ]);
  });

  it("add up a tree as this machine does", async () => {
    const add = delayed((a: number, b: number) => a + b);
    let level = Array.from({ length: 64 }, (_, index) => delayed((n: number) => n * n)(index));
    while (level.length > 1) {
      level = Array.from({ length: level.length / 2 }, (_, index) => {
        const [left, right] = [level[2 * index], level[2 * index + 1]];
        if (left === undefined || right === undefined) throw new Error("an odd level");
        return add(left, right);
      });
    }
    expect(await level[0]?.compute()).toBe(85_344);
  });

  it("see blocks of arrays, which they may write to", async () => {
    const x = array.arange(1000, { chunks: 100 }).astype("float64");
    const doubled = x.mapBlocks(
      (block) => {
        const data = block.data as Float64Array;
        for (const [index, value] of data.entries()) data[index] = 2 * value;
        return block;
      },
      { dtype: "float64" },
    );
    expect(await x.add(doubled).sum().compute()).toBe(3 * 499_500);
  });

  it("work for bags", async () => {
    const squares = bag.fromSequence([1, 2, 3, 4, 5], { npartitions: 3 }).map((n) => n * n);
    expect(await squares.compute()).toEqual([1, 4, 9, 16, 25]);
    expect((await small.client.status()).done).toBeGreaterThan(0);
  });

  it("fail with the error that they threw", async () => {
    const fail = delayed((text: string) => {
      throw new RangeError(text);
    });
    const failing = fail("not this").compute();
    await expect(failing).rejects.toThrow(RangeError);
    await expect(fail("not that").compute()).rejects.toMatchObject({ message: "not that" });
    expect(await delayed(() => 1)().compute()).toBe(1);
  });

  it("that kill their workers fail alone", async () => {
    const kill = delayed(() => process.kill(process.pid, "SIGKILL"));
    await expectRejection(kill().compute(), "WORKER_LOST", "3 workers died");
    expect(await delayed(() => 1)().compute()).toBe(1);
  });
});
