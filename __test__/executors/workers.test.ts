import { array, type ComputeOptions, currentTask, delayed, type NDArray } from "bramble";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { meeting } from "../support/meeting.js";

const x = array.arange(0, 8, 1, { chunks: 1 });

describe.each(["threads", "processes"] as const)("workers of %s", (scheduler) => {
  const options: ComputeOptions = { engine: "native", scheduler, numWorkers: 2 };
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bramble-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("make calls outside of this thread, several at a time", async () => {
    const meet = meeting(folder, 2);
    const ids = (await x
      .mapBlocks(
        async () => {
          const { threadId: thread } = await import("node:worker_threads");
          const place = 1000 * process.pid + thread;
          await meet(String(place));
          return Float64Array.of(place);
        },
        { chunks: [1] },
      )
      .compute(options)) as NDArray<"float64">;
    const seen = new Set(ids.data);
    expect(seen.has(1000 * process.pid + threadId)).toBe(false);
    expect(seen.size).toBe(2);
  });

  it("carry numbers and other arguments to calls and back as they are", async () => {
    const numbers = [
      0,
      -0,
      1,
      -1,
      127,
      128,
      -32,
      -33,
      255,
      256,
      65_535,
      65_536,
      2 ** 31,
      -(2 ** 31),
      2 ** 32,
    ];
    const limits = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 53, -(2 ** 63), Number.MAX_VALUE];
    const others = [Number.NaN, Number.POSITIVE_INFINITY, 0.1, -1e-300, 1n, "text", true, null, undefined];
    const values: unknown[] = [...numbers, ...limits, ...others, Symbol.for("it"), { a: [1] }, [-1, -2]];
    const through = delayed((value: unknown) => value);
    // There in arguments, from one call to the next, and in a list of both.
    const passed = values.map((value) => through(through(value)));
    const listed = delayed((mixed: readonly unknown[], last: number) => [...mixed, last])([...passed, 7], -2);
    const answer = await listed.compute({ engine: "native", scheduler, numWorkers: 2 });
    expect(answer).toEqual([...values, 7, -2]);
    expect(values.every((value, at) => typeof value === "object" || Object.is(value, answer[at]))).toBe(true);
  });

  it("carry large blocks there and back", async () => {
    const large = array.ones([4e6], { chunks: 1e6 });
    const sum = large.mapBlocks((block) => block.data.map((value) => value + 1)).sum();
    expect(await sum.compute(options)).toBe(8e6);
  });

  it("tell functions when nobody wants their result", async () => {
    const [begun, told] = [join(folder, "begun"), join(folder, "told")];
    const waits = x.mapBlocks(async (block) => {
      const signal = currentTask()?.signal;
      const { writeFileSync } = await import("node:fs");
      await new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          writeFileSync(told, "");
          reject(new Error("stopped"));
        });
        writeFileSync(begun, "");
      });
      return block.data;
    });
    const controller = new AbortController();
    const reason = new Error("enough");
    const computation = waits.compute({ ...options, signal: controller.signal });
    const refused = expect(computation).rejects.toBe(reason);
    await expect.poll(() => existsSync(begun), { timeout: 60_000 }).toBe(true);
    controller.abort(reason);
    await refused;
    await expect.poll(() => existsSync(told), { timeout: 60_000 }).toBe(true);
  });
});
