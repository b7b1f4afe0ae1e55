import { array, type ComputeOptions, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { runScript } from "../support/script.js";

const options: ComputeOptions = { engine: "native", scheduler: "threads", numWorkers: 2 };
const x = array.arange(0, 8, 1, { chunks: 1 });

describe("worker threads", () => {
  it("say what a function holds on to that cannot travel", async () => {
    const socket = new (await import("node:net")).Socket();
    const holds = (block: NDArray<"float64">): NDArray<"float64"> => {
      socket.ref();
      return block;
    };
    await expectRejection(x.mapBlocks(holds).compute(options), "CANNOT_TRAVEL", "socket");
  });

  it("that end fail their task after a second try, and others take their place", async () => {
    const quits = x.mapBlocks((block, { block: [number] }) => {
      if (number === 3) process.exit(5);
      return block.data;
    });
    const text = "the worker thread ended (exit code 5) while it ran this task";
    await expectRejection(quits.sum().compute(options), "WORKER_LOST", text);
    expect(
      await x
        .mapBlocks((block) => block.data)
        .sum()
        .compute(options),
    ).toBe(28);
  });

  it("that run out of memory do not take the process with them", async () => {
    const { stdout, stderr, status } = runScript(`
      import { array } from "BRAMBLE";
      const x = array.arange(0, 4, 1, { chunks: 1 });
      const greedy = x.mapBlocks((block) => {
        const all = [];
        for (;;) all.push(new Array(1000).fill(0).map((_, i) => ({ i })));
      });
      const options = { numWorkers: 1, resourceLimits: { maxOldGenerationSizeMb: 32 } };
      const error = await greedy.compute(options).catch((error) => error);
      console.log(error.code, error.message);
      console.log(await x.mapBlocks((block) => block.data).sum().compute(options));
    `);
    expect([stdout, stderr, status]).toEqual([
      expect.stringMatching(
        /^WORKER_LOST the worker thread ran out of memory while it ran this task.*\n6\n$/,
      ),
      expect.any(String),
      0,
    ]);
  });

  it("that never end are given up, and their place is free", async () => {
    const { stdout, status } = runScript(`
      import { array } from "BRAMBLE";
      const x = array.arange(0, 2, 1, { chunks: 1 });
      const endless = x.mapBlocks(() => { for (;;); });
      const signal = AbortSignal.timeout(100);
      const error = await endless.compute({ numWorkers: 2, signal }).catch((error) => error);
      console.log(error.name);
      console.log(await x.mapBlocks((block) => block.data).sum().compute({ numWorkers: 2 }));
    `);
    expect([stdout, status]).toEqual(["TimeoutError\n1\n", 0]);
  });

  it("print with the name of their task", () => {
    const { stdout, stderr, status } = runScript(`
      import { array } from "BRAMBLE";
      const x = array.arange(0, 1, 1, { chunks: 1 });
      function talk(block) {
        console.log("one\\ntwo");
        console.error("three");
        return block.data;
      }
      await x.mapBlocks(talk).compute({ numWorkers: 1 });
    `);
    expect(stdout).toMatch(/^\[talk of mapBlocks-\w+ \(0\)\] one\n\[talk of mapBlocks-\w+ \(0\)\] two\n$/);
    expect(stderr).toMatch(/^\[talk of mapBlocks-\w+ \(0\)\] three\n$/);
    expect(status).toBe(0);
  });
});
