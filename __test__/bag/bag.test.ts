import { inspect } from "node:util";
import { array, bag, compute, config, currentTask, delayed, type NDArray } from "bramble";
import { describe, expect, test } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";

const SYNC = { scheduler: "sync" } as const;
const WAYS = [
  ["the JS engine", { engine: "js" }],
  ["sync", SYNC],
  ["threads", { scheduler: "threads", numWorkers: 2 }],
  ["processes", { scheduler: "processes", numWorkers: 2 }],
] as const;

const numbers = bag.fromSequence([5, 3, 8, 1, 9, 2, 7], { npartitions: 3 });
const people = bag.fromSequence(
  [
    { name: "Ada", city: "London", age: 36 },
    { name: "Emmy", city: "Erlangen", age: 53 },
    { name: "Alan", city: "London", age: 41 },
    { name: "Grace", city: "New York", age: 85 },
  ],
  { npartitions: 2 },
);

test("the walk gives its items, in processes", async () => {
  const bag1 = bag.fromSequence([1, 2, 3, 4, 5]);
  expect(
    await bag1
      .map((x) => x * 2)
      .filter((x) => x > 4)
      .compute(),
  ).toEqual([6, 8, 10]);
  const inThisProcess = process.pid;
  expect(await bag1.map(() => process.pid === inThisProcess).compute()).toEqual(Array(5).fill(false));
});

test("the scheduler of a bag is what an option, `config` or nobody says", async () => {
  const isHere = bag.fromSequence([process.pid]).map((pid) => pid === process.pid);
  expect(await isHere.compute(SYNC)).toEqual([true]);
  expect(await config.with(SYNC, () => isHere.compute())).toEqual([true]);
  expect(await isHere.any().compute()).toBe(false);
});

describe.each(WAYS)("with %s", (_, options) => {
  test("functions of items", async () => {
    const words = bag.fromSequence(["a b", "c", "", "b c d"], { npartitions: 2 });
    expect(
      await words
        .map((line) => line.split(" "))
        .flatten()
        .compute(options),
    ).toEqual(["a", "b", "c", "", "b", "c", "d"]);
    expect(await numbers.remove((x) => x > 4).compute(options)).toEqual([3, 1, 2]);
    expect(await bag.fromSequence(["1", "[2]"]).map(JSON.parse).compute(options)).toEqual([1, [2]]);
    expect(
      await bag
        .fromSequence([
          [1, 2],
          [3, 4],
        ] as [number, number][])
        .starmap((a, b) => a * b)
        .compute(options),
    ).toEqual([2, 12]);
    expect(
      await numbers
        .map(async (x) => x + 1)
        .filter(async (x) => x % 2 === 0)
        .compute(options),
    ).toEqual([6, 4, 2, 10, 8]);
  });

  test("properties of items", async () => {
    expect(await people.pluck("name").compute(options)).toEqual(["Ada", "Emmy", "Alan", "Grace"]);
    expect(await people.pluck(["name", "age"]).take(1, options)).toEqual([["Ada", 36]]);
    const some = bag.fromSequence([{ a: 1 }, { a: undefined }, {}] as { a?: number }[]);
    expect(await some.pluck("a", 0).compute(options)).toEqual([1, undefined, 0]);
    await expect(some.pluck("a").compute(options)).rejects.toThrow(
      /has no 'a', and `pluck` was given no default/,
    );
  });

  test("functions of partitions", async () => {
    const sorted = numbers.mapPartitions((items) => items.sort((a, b) => a - b));
    expect(await sorted.compute(options)).toEqual([3, 5, 8, 1, 9, 2, 7]);
    expect(await numbers.compute(options)).toEqual([5, 3, 8, 1, 9, 2, 7]);
    const generated = numbers.mapPartitions(function* (items, limit: number) {
      for (const item of items) if (item < limit) yield item * 10;
    }, 4);
    expect(await generated.map((x) => x + 1).compute(options)).toEqual([31, 11, 21]);
    const counted = numbers.mapPartitions(async (items) => [items.length]);
    expect(await counted.compute(options)).toEqual([3, 2, 2]);
  });

  test("several bags item by item, and values for all", async () => {
    const letters = bag.fromSequence("abcdefg", { npartitions: 3 });
    expect(await numbers.zip(letters, numbers).take(2, options)).toEqual([
      [5, "a", 5],
      [3, "b", 3],
    ]);
    const total = numbers.sum();
    const shares = numbers.map(
      (x, sum: number, letter: string, digits: number) => letter + (x / sum).toFixed(digits),
      total,
      letters,
      1,
    );
    expect(await shares.take(3, options)).toEqual(["a0.1", "b0.1", "c0.2"]);
    const scaled = numbers.map((x, factor: number) => x * factor, delayed((x: number) => x + 1)(1));
    expect(await scaled.take(2, options)).toEqual([10, 6]);
  });

  test("reductions", async () => {
    expect(
      await compute(
        [
          numbers.sum(),
          numbers.min(),
          numbers.max(),
          numbers.mean(),
          numbers.var(),
          numbers.std({ ddof: 1 }),
          numbers.any(),
          numbers.all(),
          numbers.count(),
        ],
        options,
      ),
    ).toEqual([[35, 1, 9, 5, 58 / 7, expect.closeTo(Math.sqrt(58 / 6), 12), true, true, 7]]);
    expect(await people.max().compute(options)).toMatchObject({ name: "Ada" });
    expect(
      await bag
        .fromSequence([1n, 2n ** 70n])
        .sum()
        .compute(options),
    ).toBe(2n ** 70n + 1n);
    const text = numbers.fold((state, x) => `${state}${x}`, { initial: "", combine: (a, b) => `${a}|${b}` });
    expect(await text.compute(options)).toBe("538|19|27");
    expect(await numbers.fold(Math.max).compute(options)).toBe(9);
    const product = numbers.fold(async (a, b) => a * b);
    expect(await product.compute(options)).toBe(15120);
    const longest = numbers.reduction(
      (items) => items.length,
      (parts) => Math.max(...parts),
      { splitEvery: 2 },
    );
    expect(await longest.compute(options)).toBe(3);
  });

  test("states that functions write to are their own", async () => {
    const lists = numbers.fold(
      (list, x) => {
        list.push(x);
        return list;
      },
      { initial: [] as number[], combine: (a, b) => [...a, ...b] },
    );
    expect(await lists.compute(options)).toEqual([5, 3, 8, 1, 9, 2, 7]);
    expect(await lists.compute(options)).toEqual([5, 3, 8, 1, 9, 2, 7]);
  });

  test("what occurs how often, and what is highest", async () => {
    const letters = bag.fromSequence("abracadabra".split(""), { npartitions: 4 });
    expect(await letters.frequencies().compute(options)).toEqual([
      ["a", 5],
      ["b", 2],
      ["r", 2],
      ["c", 1],
      ["d", 1],
    ]);
    expect(
      await letters
        .frequencies({ sort: true })
        .map(([letter]) => letter)
        .compute(options),
    ).toEqual(["a", "b", "r", "c", "d"]);
    expect(
      await letters
        .frequencies()
        .topk(2, ([, n]) => n)
        .compute(options),
    ).toEqual([
      ["a", 5],
      ["b", 2],
    ]);
    expect(await letters.distinct().compute(options)).toEqual(["a", "b", "r", "c", "d"]);
    expect(await people.distinct("city").pluck("name").compute(options)).toEqual(["Ada", "Emmy", "Grace"]);
    expect(await people.topk(2, "age").pluck("name").compute(options)).toEqual(["Grace", "Emmy"]);
    expect(await numbers.topk(100).compute(options)).toEqual([9, 8, 7, 5, 3, 2, 1]);
  });

  test("what is equal in content is one item", async () => {
    const points = bag.fromSequence(
      [
        { x: 1, y: [2] },
        { y: [2], x: 1 },
        { x: 1, y: [3] },
      ],
      { npartitions: 3 },
    );
    expect(await points.distinct().count().compute(options)).toBe(2);
    expect(await points.frequencies().compute(options)).toEqual([
      [{ x: 1, y: [2] }, 2],
      [{ x: 1, y: [3] }, 1],
    ]);
    const odd = bag.fromSequence([1, "1", Number.NaN, Number.NaN, null, undefined, null, 0, -0]);
    expect(await odd.distinct().compute(options)).toEqual([1, "1", Number.NaN, null, undefined, 0]);
  });

  test("folds by key", async () => {
    const ages = people.foldBy("city", (sum, { age }) => sum + age, {
      initial: 0,
      combine: (a, b) => a + b,
    });
    expect(await ages.compute(options)).toEqual([
      ["London", 77],
      ["Erlangen", 53],
      ["New York", 85],
    ]);
    const byParity = numbers.foldBy(
      (x) => x % 2 === 0,
      (a, b) => a + b,
      { combineInitial: 100 },
    );
    expect(await byParity.compute(options)).toEqual([
      [false, 125],
      [true, 110],
    ]);
  });

  test("takes the first items, and computes no more partitions than that needs", async () => {
    const bad = bag.range(100, { npartitions: 10 }).map((x) => {
      if (x >= 30) throw new Error("too far");
      return x;
    });
    expect(await bad.take(3, options)).toEqual([0, 1, 2]);
    expect(await bad.take(25, options)).toHaveLength(25);
    expect(await bad.take(25, { ...options, npartitions: 1 })).toHaveLength(10);
    expect(await numbers.filter((x) => x > 8).take(5, options)).toEqual([9]);
    await expect(bad.compute(options)).rejects.toThrow("too far");
  });

  test("bags and delayed values in one another", async () => {
    const parts = [delayed(() => [1, 2])(), delayed(() => new Set([3]))()];
    const made = bag.fromDelayed<number>(parts);
    expect(await made.map((x) => x + 1).compute(options)).toEqual([2, 3, 4]);
    const [first] = numbers.toDelayed();
    expect(await first?.compute(options)).toEqual([5, 3, 8]);
    const length = delayed((items: number[], sum: number) => items.length + sum)(
      numbers as never,
      numbers.sum(),
    );
    expect(await length.compute(options)).toBe(42);
    expect(await compute({ all: numbers, sum: numbers.sum() }, options)).toEqual([
      { all: [5, 3, 8, 1, 9, 2, 7], sum: 35 },
    ]);
  });

  test("keeps what was computed", async () => {
    const calls = bag.fromSequence([1, 2, 3]).map((x) => [x, Math.random()] as const);
    const kept = await calls.persist(options);
    expect(kept.npartitions).toBe(calls.npartitions);
    expect(await kept.compute(options)).toEqual(await kept.compute(options));
  });

  test("empty bags", async () => {
    const none = bag.fromSequence<number>([]);
    expect(await none.compute(options)).toEqual([]);
    expect(await none.sum().compute(options)).toBe(0);
    expect(await none.mean().compute(options)).toBeNaN();
    expect(await none.topk(3).compute(options)).toEqual([]);
    expect(await none.take(3, options)).toEqual([]);
    expect([await none.any().compute(options), await none.all().compute(options)]).toEqual([false, true]);
    await expectRejection(none.min().compute(options), "EMPTY_REDUCTION", "`min` of a bag without items");
    await expectRejection(none.fold(Math.max).compute(options), "EMPTY_REDUCTION", "`initial`");
    const filtered = numbers.filter((x) => x === 7);
    expect(await filtered.max().compute(options)).toBe(7);
  });

  test("partitions of unequal lengths are told", async () => {
    const fewer = numbers.remove((x) => x === 5);
    await expect(numbers.zip(fewer).compute(options)).rejects.toThrow(
      /same lengths: one has more than 2 items, the other 2/,
    );
    await expect(fewer.zip(numbers).compute(options)).rejects.toThrow(
      /same lengths: one has 2 items, the other 3/,
    );
  });
});

test("items come one by one, some partitions at a time", async () => {
  const seen: number[] = [];
  await config.with(SYNC, async () => {
    for await (const item of bag.range(1000, { npartitions: 50 }).map((x) => x * 2)) {
      seen.push(item);
      if (seen.length === 70) break;
    }
    expect(seen).toEqual(Array.from({ length: 70 }, (_, index) => 2 * index));
    const sorted: number[] = [];
    for await (const item of numbers.topk(3)) sorted.push(item);
    expect(sorted).toEqual([9, 8, 7]);
  });
});

test("a function finds out about its task, also behind the first batch", async () => {
  const names = await bag
    .range(5000, { npartitions: 1 })
    .map(() => currentTask()?.name)
    .distinct()
    .compute(SYNC);
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/^range-map-distinct-part-\w+ \(0\)$/);
});

test("the error of a function comes back, with the task that failed", async () => {
  const failing = numbers.map((x) => {
    if (x === 9) throw new TypeError("nine");
    return x;
  });
  for (const scheduler of ["sync", "processes"] as const) {
    const error: unknown = await failing.compute({ scheduler }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: "nine", task: { block: [1] } });
  }
});

test("bags say what they are", () => {
  expect(inspect(numbers.map(String))).toBe("Bag(String, 3 partitions)");
  expect(String(bag.range(1))).toBe("Bag(range, 1 partition)");
  expect("then" in numbers).toBe(false);
  expect(bag.range(250).npartitions).toBe(100);
  expect(bag.range(10, { partitionSize: 4 }).npartitions).toBe(3);
});

test("bad input fails where it is written", () => {
  const wrong = undefined as never;
  expectError(
    () => bag.fromSequence(3 as never),
    "INVALID_ARGUMENT",
    "a list or another iterable for `items`",
  );
  expectError(() => bag.fromSequence([1], { partitions: 2 } as never), "INVALID_ARGUMENT", "`npartitions`");
  expectError(() => bag.fromSequence([1], { npartitions: 0 }), "INVALID_ARGUMENT", "options.npartitions");
  expectError(() => bag.fromSequence([process.stdout]), "CANNOT_TRAVEL", "the items of the bag");
  expectError(() => bag.range(-1), "INVALID_ARGUMENT", "count");
  expectError(() => bag.fromDelayed([1] as never), "INVALID_ARGUMENT", "delayed values");
  expectError(() => numbers.map(wrong), "INVALID_ARGUMENT", "a function for `fn`");
  expectError(() => numbers.topk(0), "INVALID_ARGUMENT", "`k`");
  expectError(() => numbers.topk(1, {} as never), "INVALID_ARGUMENT", "the name of a property");
  expectError(() => numbers.sum({ splitEvery: 1 }), "INVALID_ARGUMENT", "options.splitEvery");
  expectError(() => numbers.zip([1] as never), "INVALID_ARGUMENT", "a bag");
  expectError(
    () => numbers.zip(bag.range(1)),
    "INVALID_ARGUMENT",
    "as many partitions: one has 3, another 1",
  );
});

test("arrays may stand beside items", async () => {
  const x = array.arange(4);
  const picked = bag.fromSequence([0, 3]).map((at, data: NDArray) => Number(data.data[at]), x as never);
  expect(await picked.compute(SYNC)).toEqual([0, 3]);
});
