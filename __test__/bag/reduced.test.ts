import { bag, compute, Profiler } from "bramble";
import { expect, it } from "vitest";

const words = bag
  .fromSequence(["a b", "b c", "c c", "d"], { npartitions: 4 })
  .map((line) => line.split(" "))
  .flatten();

it("goes on in the call that makes the result of a reduction", async () => {
  const profiler = new Profiler();
  const top = words
    .frequencies({ splitEvery: 2 })
    .map(([word, count]) => `${word}${count}`)
    .topk(2);
  expect(await top.compute({ scheduler: "sync", callbacks: profiler })).toEqual(["d1", "c3"]);
  const labels = profiler.tasks.map(({ label }) => label);
  expect(labels.filter((label) => !/^items$|flatten-frequencies-part$/.test(label))).toEqual([
    "frequencies-merge",
    "frequencies-merge",
    "frequencies-map-topk-part",
    "topk",
  ]);
});

it.each(["sync", "threads", "processes"] as const)(
  "gives all who read a result the same, with `%s`",
  async (scheduler) => {
    const counted = words.frequencies();
    const results = await compute(
      counted.map(([word]) => word),
      counted.count(),
      counted.pluck(1),
      counted,
      { scheduler },
    );
    expect(results).toEqual([
      ["a", "b", "c", "d"],
      4,
      [1, 2, 3, 1],
      [
        ["a", 1],
        ["b", 2],
        ["c", 3],
        ["d", 1],
      ],
    ]);
  },
);

it("merges states of keys once, which functions may write to", async () => {
  const push = (list: unknown[], item: unknown): unknown[] => {
    list.push(item);
    return list;
  };
  const join = (list: unknown[], other: unknown[]): unknown[] => {
    list.push(...other);
    return list;
  };
  const folded = bag
    .range(8, { npartitions: 4 })
    .foldBy((x) => x % 2, push, { initial: [], combine: join })
    .map(([key, list]) => [key, list.length]);
  const others = folded.map(([, length]) => length);
  expect(await compute(folded, others, folded.count(), { scheduler: "sync" })).toEqual([
    [
      [0, 4],
      [1, 4],
    ],
    [4, 4],
    2,
  ]);
});
