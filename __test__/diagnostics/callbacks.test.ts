import {
  array,
  type Callbacks,
  type ComputeEnd,
  type ComputeOptions,
  delayed,
  Profiler,
  ProgressBar,
  registerCallbacks,
  ResourceProfiler,
  type TaskInfo,
  withCallbacks,
} from "bramble";
import { describe, expect, it } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";
import { WAYS } from "../support/engines.js";

const EVERYWHERE: readonly (readonly [string, ComputeOptions])[] = [
  ...WAYS,
  ["native, processes", { engine: "native", scheduler: "processes", numWorkers: 1 }],
];

const add = (a: number, b: number): number => a + b;

/** Notes what it is told. */
function recorder(): { callbacks: Callbacks; events: string[]; tasks: TaskInfo[]; ends: ComputeEnd[] } {
  const [events, tasks, ends]: [string[], TaskInfo[], ComputeEnd[]] = [[], [], []];
  const callbacks: Callbacks = {
    start: () => events.push("start"),
    pretask: ({ key }) => events.push(`pretask ${key}`),
    posttask: (task) => {
      events.push(`posttask ${task.key}`);
      tasks.push(task);
    },
    finish: (end) => {
      events.push("finish");
      ends.push(end);
    },
  };
  return { callbacks, events, tasks, ends };
}

describe.each(EVERYWHERE)("with %s", (_, options) => {
  it("callbacks hear of every call between start and finish", async () => {
    const { callbacks, events, tasks, ends } = recorder();
    const total = delayed(add).as("total")(delayed(add).as("left")(1, 2), delayed(add).as("right")(3, 4));
    const before = Date.now();
    expect(await total.compute({ ...options, callbacks })).toBe(10);
    expect(events.at(0)).toBe("start");
    expect(events.at(-1)).toBe("finish");
    expect(tasks.map(({ key }) => key).toSorted()).toEqual(["left", "right", "total"]);
    for (const { key, label, worker, start, end } of tasks) {
      expect(events.indexOf(`pretask ${key}`)).toBeLessThan(events.indexOf(`posttask ${key}`));
      expect(label).toBe("add");
      expect(worker).toMatch(/^(main|thread \d+|process \d+)$/);
      expect(start).toBeGreaterThan(before - 1000);
      expect(end).toBeGreaterThanOrEqual(start);
    }
    expect(events.indexOf("posttask left")).toBeLessThan(events.indexOf("pretask total"));
    expect(ends).toMatchObject([{ ok: true }]);
  });

  it("callbacks hear of every block of an array", async () => {
    const { callbacks, tasks } = recorder();
    const x = array.ones([6], { chunks: 2 }).mapBlocks((block) => block.data.map((value) => value + 1));
    expect(await x.sum().compute({ ...options, callbacks })).toBe(12);
    const calls = tasks.filter(({ label }) => label === "mapBlocks");
    expect(calls.map(({ block }) => block.join()).toSorted()).toEqual(["0", "1", "2"]);
    expect(tasks.some(({ label }) => label === "sum")).toBe(true);
  });

  it("callbacks hear of the end of what fails", async () => {
    const { callbacks, events, ends } = recorder();
    const fail = (): never => {
      throw new RangeError("not today");
    };
    await expect(delayed(fail)().compute({ ...options, callbacks })).rejects.toThrow("not today");
    expect(events.at(-1)).toBe("finish");
    expect(ends).toMatchObject([{ ok: false, error: { message: "not today" } }]);
  });
});

describe("callbacks", () => {
  const x = array.ones([4], { chunks: 2 });

  it("are told of the computations of a function and of no other", async () => {
    const { callbacks, ends } = recorder();
    const other = x.sum().compute();
    await withCallbacks(callbacks, async () => {
      await x.sum().compute();
      await x.add(1).compute();
    });
    await other;
    await x.compute();
    expect(ends).toHaveLength(2);
  });

  it("are told of all computations until they are unregistered", async () => {
    const { callbacks, ends } = recorder();
    const registered = registerCallbacks(callbacks);
    await x.sum().compute();
    await x.persist();
    registered.unregister();
    registered.unregister();
    await x.sum().compute();
    expect(ends).toHaveLength(2);
  });

  it.each(["start", "pretask", "posttask", "progress", "finish"] as const)(
    "end the computation with what %s throws, and everybody hears of the end",
    async (name) => {
      const { callbacks, events } = recorder();
      const broken: Callbacks = {
        [name]: () => {
          throw new TypeError(`broken ${name}`);
        },
      };
      const computed = x.sum().compute({ callbacks: [callbacks, broken] });
      await expect(computed).rejects.toThrow(`broken ${name}`);
      expect(events.at(-1)).toBe("finish");
    },
  );

  it("need to be callbacks", async () => {
    const wrong = { posttask: 1 } as unknown as Callbacks;
    await expectRejection(x.compute({ callbacks: wrong }), "INVALID_ARGUMENT", "options.callbacks.posttask");
    await expectRejection(x.compute({ callbacks: [{}, wrong] }), "INVALID_ARGUMENT", "options.callbacks[1]");
    expectError(() => registerCallbacks(wrong), "INVALID_ARGUMENT", "callbacks.posttask");
    expectError(() => withCallbacks({}, 1 as unknown as () => void), "INVALID_ARGUMENT", "fn");
  });
});

it("a profiler remembers tasks and computations", async () => {
  const profiler = new Profiler();
  await array.ones([1e4], { chunks: 10 }).sum().compute({ callbacks: profiler });
  expect(profiler.tasks.length).toBeGreaterThanOrEqual(1000);
  expect(profiler.computes).toMatchObject([{ ok: true }]);
  profiler.clear();
  expect([profiler.tasks, profiler.computes]).toEqual([[], []]);
});

it("a resource profiler measures at the end at least", async () => {
  const resources = new ResourceProfiler({ interval: 5 });
  await withCallbacks(resources, () => array.ones([2e6], { chunks: 1e5 }).exp().sum().compute());
  expect(resources.samples.length).toBeGreaterThan(0);
  for (const { cpu, rss, heap } of resources.samples) {
    expect(cpu).toBeGreaterThanOrEqual(0);
    expect(rss).toBeGreaterThan(heap);
  }
  resources.clear();
  expect(resources.samples).toEqual([]);
  expectError(() => new ResourceProfiler({ interval: 0 }), "INVALID_ARGUMENT", "options.interval");
});

describe("a progress bar", () => {
  it("draws a bar on a terminal", async () => {
    const written: string[] = [];
    const stream = { isTTY: true, write: (text: string) => written.push(text) };
    await array.ones([100], { chunks: 10 }).compute({ callbacks: new ProgressBar({ stream }) });
    expect(written.join("")).toContain("10 of 10 blocks");
    expect(written.at(-2)).toContain(`[${"#".repeat(40)}]`);
    expect(written.at(-1)).toBe("\n");
  });

  it.each([
    [20, 0],
    [40, 10],
    [200, 40],
    [0, 40],
  ])("stays in one line of a terminal of %i columns", async (columns, width) => {
    const written: string[] = [];
    const stream = { isTTY: true, columns, write: (text: string) => written.push(text) };
    await array.ones([100], { chunks: 10 }).compute({ callbacks: new ProgressBar({ stream }) });
    const lines = written.flatMap((text) => text.split("\r\u001b[K")).filter((line) => line.trim() !== "");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) if (columns > 0) expect(line.length).toBeLessThan(columns);
    const bar = /^\[([#.]*)\]/.exec(lines.at(-1) ?? "")?.[1] ?? "";
    expect(bar.length).toBeGreaterThanOrEqual(width === 40 ? 40 : 0);
    expect(bar.length).toBeLessThanOrEqual(width);
    expect(lines.at(-1)?.replace(/^\[#*\] /, "")).toMatch(/^10 of 10 blocks, /);
  });

  it("says how long something took to the second", () => {
    const written: string[] = [];
    const bar = new ProgressBar({ stream: { write: (text: string) => written.push(text) } });
    const compute = { id: 1, scheduler: "sync", layers: 1, start: 0 } as const;
    for (const end of [59_900, 59_960, 119_700, 120_400]) {
      bar.start(compute);
      bar.finish({ ...compute, end, ok: true });
    }
    expect(written.map((line) => line.replace(/.*done in /, ""))).toEqual([
      "59.9 s\n",
      "1 min 0 s\n",
      "2 min 0 s\n",
      "2 min 0 s\n",
    ]);
  });

  it("writes lines elsewhere, and says what failed", async () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text) };
    const fail = (): never => {
      throw new RangeError("no");
    };
    await expect(delayed(fail)().compute({ callbacks: new ProgressBar({ stream }) })).rejects.toThrow("no");
    expect(written.at(-1)).toMatch(/failed\n$/);
  });

  it("is silent about what is quick", async () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text) };
    await array.ones([4]).compute({ callbacks: new ProgressBar({ stream, minimum: 1e9 }) });
    expect(written).toEqual([]);
  });
});
