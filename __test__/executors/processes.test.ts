import { array, type ComputeOptions } from "bramble";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { runScript, scriptWords } from "../support/script.js";

const options: ComputeOptions = { engine: "native", scheduler: "processes", numWorkers: 2 };
const x = array.arange(0, 8, 1, { chunks: 1 });

describe("worker processes", () => {
  it("that end fail their task after a second try, and others take their place", async () => {
    const quits = x.mapBlocks((block, { block: [number] }) => {
      if (number === 3) process.exit(5);
      return block.data;
    });
    const text = "the worker process ended (exit code 5) while it ran this task, 2 times";
    await expectRejection(quits.sum().compute(options), "WORKER_LOST", text);
    const killed = x.mapBlocks(() => process.kill(process.pid, "SIGKILL") as never).compute(options);
    await expectRejection(killed, "WORKER_LOST", "the worker process was killed (SIGKILL)");
    expect(
      await x
        .mapBlocks((block) => block.data)
        .sum()
        .compute(options),
    ).toBe(28);
  });

  it("that run out of memory do not take the program with them", () => {
    const { stdout, status } = runScript(`
      import { array } from "BRAMBLE";
      const x = array.arange(0, 4, 1, { chunks: 1 });
      const greedy = x.mapBlocks(() => {
        const all = [];
        for (;;) all.push(new Array(1000).fill(0).map((_, i) => ({ i })));
      });
      const options = { scheduler: "processes", numWorkers: 1, resourceLimits: { maxOldGenerationSizeMb: 32 } };
      const error = await greedy.compute(options).catch((error) => error);
      console.log(error.code, error.message);
      console.log(await x.mapBlocks((block) => block.data).sum().compute(options));
    `);
    expect(stdout).toMatch(
      /^WORKER_LOST the worker process ran out of memory while it ran this task, 2 times\n6\n$/,
    );
    expect(status).toBe(0);
  });

  it("that never end are killed, and their place is free", () => {
    const { stdout, status } = runScript(`
      import { array } from "BRAMBLE";
      const x = array.arange(0, 2, 1, { chunks: 1 });
      const endless = x.mapBlocks(() => { for (;;); });
      const options = { scheduler: "processes", numWorkers: 2 };
      const signal = AbortSignal.timeout(500);
      const error = await endless.compute({ ...options, signal }).catch((error) => error);
      console.log(error.name);
      console.log(await x.mapBlocks((block) => block.data).sum().compute(options));
    `);
    expect([stdout, status]).toEqual(["TimeoutError\n1\n", 0]);
  });

  it("print with the name of their task", () => {
    const { stdout, status } = runScript(`
      import { array } from "BRAMBLE";
      const x = array.arange(0, 1, 1, { chunks: 1 });
      function talk(block) {
        console.log("one\\ntwo");
        return block.data;
      }
      await x.mapBlocks(talk).compute({ scheduler: "processes", numWorkers: 1 });
    `);
    expect(stdout).toMatch(/^\[talk of mapBlocks-\w+ \(0\)\] one\n\[talk of mapBlocks-\w+ \(0\)\] two\n$/);
    expect(status).toBe(0);
  });

  it.each(["SIGKILL", "SIGINT"] as const)("are gone when the program dies of %s", async (signal) => {
    const child = spawn(
      process.execPath,
      scriptWords(`
        import { array } from "BRAMBLE";
        const x = array.arange(0, 2, 1, { chunks: 1 });
        const ids = await x
          .mapBlocks(async (block) => {
            await new Promise((resolve) => setTimeout(resolve, 500));
            return Float64Array.of(process.pid);
          })
          .compute({ scheduler: "processes", numWorkers: 2 });
        console.log(JSON.stringify([...ids.data]));
        await x.mapBlocks(() => { for (;;); }).compute({ scheduler: "processes", numWorkers: 2 });
      `),
      { stdio: ["ignore", "pipe", "inherit"], detached: true },
    );
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ids = JSON.parse((await lines.next()).value ?? "[]") as number[];
    expect(ids.length).toBe(2);
    expect(ids.every(isAlive)).toBe(true);
    // As Ctrl-C does, to the whole group.
    process.kill(signal === "SIGINT" ? -(child.pid ?? 0) : (child.pid ?? 0), signal);
    await expect.poll(() => ids.some(isAlive), { timeout: 60_000 }).toBe(false);
  });

  it("throw errors of the class that functions threw", async () => {
    const broken = x.mapBlocks((_, { block: [number = 0] }) => {
      throw new RangeError(`broken ${number}`, { cause: { number } });
    });
    const failure: unknown = await broken.compute(options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RangeError);
    expect(failure).toMatchObject({ task: { layer: expect.stringContaining("mapBlocks") as string } });
  });
});

/** Whether a process is there, and has not just left its name behind. */
function isAlive(id: number): boolean {
  const status = `/proc/${id}/status`;
  return existsSync(status) && !/^State:\s*[ZX]/m.test(readFileSync(status, "utf8"));
}
