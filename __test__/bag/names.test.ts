import { bag, currentTask, Profiler } from "bramble";
import { expect, it } from "vitest";

const numbers = bag.range(6, { npartitions: 2 });
const double = (x: number): number => 2 * x;
const isLarge = (x: number): boolean => x > 4;
const add = (a: number, b: number): number => a + b;

/** What the tasks of a computation are called, each name once. */
async function labelsOf(compute: (callbacks: Profiler) => Promise<unknown>): Promise<string[]> {
  const profiler = new Profiler();
  await compute(profiler);
  return [...new Set(profiler.tasks.map(({ label }) => label))].sort();
}

it.each(["sync", "threads", "processes"] as const)(
  "calls tasks after the functions and operations that they do, with `%s`",
  async (scheduler) => {
    const labels = await labelsOf((callbacks) =>
      numbers.map(double).filter(isLarge).sum().compute({ scheduler, callbacks }),
    );
    expect(labels).toEqual(["range-double-filter-isLarge-sum-part", "sum"]);
  },
);

it("calls tasks after the operation where functions have no name", async () => {
  const labels = await labelsOf((callbacks) =>
    numbers
      .map((x) => x + 1)
      .remove((x) => x > 4)
      .compute({ scheduler: "sync", callbacks }),
  );
  expect(labels).toEqual(["range-map-remove"]);
});

it("never tells the names of functions of its own", async () => {
  const chained = numbers.repartition(3).accumulate(add).fold(add);
  const labels = await labelsOf((callbacks) => chained.compute({ scheduler: "sync", callbacks }));
  expect(labels).toEqual(["accumulate-add", "fold-add", "fold-add-part", "range", "repartition"]);
});

it("calls a long chain after its end", async () => {
  const long = Array.from({ length: 20 }).reduce<typeof numbers>((made) => made.map(double), numbers);
  const labels = await labelsOf((callbacks) => long.compute({ scheduler: "sync", callbacks }));
  expect(labels).toEqual(["double-double-double-double-double-double"]);
});

it.each(["sync", "threads", "processes"] as const)(
  "tells a function its task, with `%s`",
  async (scheduler) => {
    const names = await numbers.map(() => currentTask()?.name).compute({ scheduler });
    expect(names[0]).toMatch(/^range-map-\w{6} \(0\)$/);
    expect(names.at(-1)).toMatch(/^range-map-\w{6} \(1\)$/);
  },
);

it("names the task of an error and of a result that can't travel", async () => {
  const failing = numbers.map(function fails() {
    throw new Error("no");
  });
  await expect(failing.compute()).rejects.toMatchObject({
    task: { layer: expect.stringMatching(/^range-fails-/) as string },
  });
  await expect(numbers.map(() => new WeakMap()).compute({ scheduler: "threads" })).rejects.toMatchObject({
    code: "CANNOT_TRAVEL",
    message: expect.stringMatching(/the result of range-map-\w{6} \(\d\)/) as string,
  });
});
