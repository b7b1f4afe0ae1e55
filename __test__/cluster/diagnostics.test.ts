import {
  array,
  bag,
  type Callbacks,
  compute,
  type ComputeEnd,
  dataframe,
  delayed,
  Event,
  Profiler,
  report,
  type TaskInfo,
} from "bramble";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { until, useSmallCluster } from "../support/small-cluster.js";

const folder = mkdtempSync(join(tmpdir(), "bramble-cluster-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const add = (a: number, b: number): number => a + b;
const byNumber = (a = -1, b = -1): number => a - b;

describe("those who watch computations on a cluster", () => {
  const small = useSmallCluster();

  it("hear of every call between start and finish", async () => {
    const events: string[] = [];
    const tasks: TaskInfo[] = [];
    const callbacks: Callbacks = {
      start: ({ scheduler }) => events.push(`start ${scheduler}`),
      pretask: ({ key }) => events.push(`pretask ${key}`),
      posttask: (task) => {
        events.push(`posttask ${task.key}`);
        tasks.push(task);
      },
      finish: ({ ok }) => events.push(`finish ${ok}`),
    };
    const [left, right] = [delayed(add).as("left")(1, 2), delayed(add).as("right")(3, 4)];
    const total = delayed(add).as("total")(left, right);
    const before = Date.now();
    expect(await total.compute({ callbacks })).toBe(10);
    const after = Date.now();
    expect([events.at(0), events.at(-1)]).toEqual(["start distributed", "finish true"]);
    expect(tasks.map(({ key }) => key).toSorted()).toEqual(["left", "right", "total"]);
    const names = (await small.client.status()).workers.map(({ name }) => name);
    for (const { key, label, worker, start, end } of tasks) {
      expect(events.indexOf(`pretask ${key}`)).toBeLessThan(events.indexOf(`posttask ${key}`));
      expect(label).toBe("add");
      expect(names).toContain(worker);
      expect(start).toBeGreaterThan(before - 1000);
      expect(end).toBeGreaterThanOrEqual(start);
      expect(end).toBeLessThan(after + 1000);
    }
  });

  it("hear of them while it is computed", async () => {
    const go = new Event("go on");
    const heard: string[] = [];
    const callbacks: Callbacks = { posttask: ({ key }) => heard.push(key) };
    const first = delayed((n: number) => n + 1).as("first")(1);
    const second = delayed(async (n: number) => {
      await new Event("go on").wait();
      return n;
    }).as("second")(first);
    const computed = second.compute({ callbacks });
    await until(() => heard.includes("first"));
    expect(heard).toEqual(["first"]);
    await go.set();
    expect(await computed).toBe(2);
    expect(heard).toEqual(["first", "second"]);
  });

  it("hear of every block of arrays, bags and data frames, and of no other computation", async () => {
    const profiler = new Profiler();
    const x = array.ones([6], { chunks: 2 }).mapBlocks((block) => block.data.map((value) => value + 1));
    const other = array.zeros([50], { chunks: 1 }).sum();
    const [sum] = await Promise.all([x.sum().compute({ callbacks: profiler }), other.compute()]);
    expect(sum).toBe(12);
    const blocks = profiler.tasks.filter(({ label }) => label === "mapBlocks").map(({ block }) => block[0]);
    expect(blocks.toSorted(byNumber)).toEqual([0, 1, 2]);
    expect(profiler.tasks.length).toBeLessThan(20);
    profiler.clear();
    const numbers = bag.fromSequence([1, 2, 3, 4], { npartitions: 2 }).map((n) => n * 2);
    expect(await numbers.sum().compute({ callbacks: profiler })).toBe(20);
    expect(profiler.tasks.length).toBeGreaterThanOrEqual(2);
    profiler.clear();
    await dataframe
      .fromMap({ a: [1, 2, 3] })
      .select("a")
      .compute({ callbacks: profiler });
    expect(profiler.tasks.length).toBeGreaterThanOrEqual(1);
    expect(profiler.computes).toMatchObject([{ ok: true, scheduler: "distributed" }]);
  });

  it("hear of all tasks of many, also more than the scheduler remembers", async () => {
    const profiler = new Profiler();
    const x = array.ones([15_000], { chunks: 1 });
    expect((await x.compute({ callbacks: profiler })).shape).toEqual([15_000]);
    expect(new Set(profiler.tasks.map(({ key }) => key)).size).toBe(15_000);
  });

  it("hear of what stays on the workers", async () => {
    const profiler = new Profiler();
    const x = await array.ones([6], { chunks: 2 }).add(1).persist({ callbacks: profiler });
    expect(profiler.tasks.map(({ block }) => block[0]).toSorted(byNumber)).toEqual([0, 1, 2]);
    expect(await x.sum().compute()).toBe(12);
  });

  it("hear of no call whose result stays on a worker", async () => {
    const profiler = new Profiler();
    const [first, named] = [delayed(add)(1, 2), delayed(add).as("named")(3, 4)];
    const total = delayed(add)(first, named);
    const kept = [await first.persist(), await named.persist()] as const;
    const callbacks = { callbacks: profiler };
    expect(await compute(total, ...kept, delayed(add)(kept[0], first), callbacks)).toEqual([10, 3, 7, 6]);
    expect(profiler.tasks.filter(({ label }) => label === "add")).toHaveLength(2);
  });

  it("hear of what fails, after what was done before, and of the end", async () => {
    const profiler = new Profiler();
    const fail = (n: number): never => {
      throw new RangeError(`not today ${n}`);
    };
    const failing = delayed(fail).as("bad")(delayed(add).as("good")(1, 2));
    await expect(failing.compute({ callbacks: profiler })).rejects.toThrow("not today");
    expect(profiler.tasks.map(({ key }) => key)).toEqual(["good", "bad"]);
    expect(profiler.computes).toMatchObject([{ ok: false, error: { message: "not today 3" } }]);
  });

  it("hear of the end of what is cancelled", async () => {
    const controller = new AbortController();
    const ends: ComputeEnd[] = [];
    const callbacks: Callbacks = {
      posttask: () => controller.abort(new Error("enough")),
      finish: (end) => ends.push(end),
    };
    const first = delayed(add)(1, 2);
    const never = delayed(async (n: number) => {
      await new Event("never set").wait();
      return n;
    })(first);
    await expect(never.compute({ callbacks, signal: controller.signal })).rejects.toThrow("enough");
    expect(ends).toMatchObject([{ ok: false, error: { message: "enough" } }]);
  });

  it("end it with what they throw", async () => {
    const broken: Callbacks = {
      posttask: () => {
        throw new TypeError("broken posttask");
      },
    };
    const x = array.ones([4], { chunks: 2 });
    await expect(x.compute({ callbacks: broken })).rejects.toThrow("broken posttask");
    await expect(x.persist({ callbacks: broken })).rejects.toThrow("broken posttask");
  });

  it("see who did what when in a report", async () => {
    const file = join(folder, "out.html");
    const tree = delayed(add)(delayed(add)(1, 2), delayed(add)(3, 4));
    expect(await report(file, () => tree.compute())).toBe(10);
    const page = readFileSync(file, "utf8");
    const { workers } = await small.client.status();
    expect(workers.some(({ name }) => page.includes(`<div>${name}</div>`))).toBe(true);
    expect(page).toMatch(/<rect x="[\d.]+"[^>]*><title>add\n/);
    expect(page).toMatch(/<td>add<\/td><td>3<\/td>/);
  });
});
