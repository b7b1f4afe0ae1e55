import { inspect } from "node:util";
import { array, compute, type Delayed, delayed, get, NDArray, persist, tokenize } from "bramble";
import { describe, expect, test, vi } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";
import { ENGINES } from "../support/engines.js";

const inc = (x: number): number => x + 1;
const double = (x: number): number => x * 2;
const add = (a: number, b: number): number => a + b;
const sum = (xs: readonly number[]): number => xs.reduce(add, 0);

describe.each(ENGINES)("with the %s engine", (engine) => {
  const options = { engine, scheduler: "sync" } as const;

  test("the walk gives its total", async () => {
    const output: Delayed<number>[] = [];
    for (const x of [1, 2, 3, 4, 5]) {
      const a = delayed(inc)(x);
      const b = delayed(double)(x);
      output.push(delayed(add)(a, b));
    }
    expect(await delayed(sum)(output).compute(options)).toBe(50);
  });

  test("calls are made in dependency order, each once", async () => {
    const calls: string[] = [];
    const note = (name: string, ...rest: readonly unknown[]): string => {
      calls.push(name);
      return name + rest.length;
    };
    const a = delayed(note)("a");
    const b = delayed(note)("b", a);
    const c = delayed(note)("c", a, b);
    expect(await delayed(note)("d", b, c, a).compute(options)).toBe("d3");
    expect(calls).toEqual(["a", "b", "c", "d"]);
  });

  test("delayed values are found in lists, objects, maps and sets", async () => {
    const one = delayed(inc)(0);
    const two = delayed(inc)(one);
    const read = (x: unknown): unknown => x;
    const value = {
      list: [one, [two, 3]],
      map: new Map<unknown, unknown>([
        ["k", one],
        [two, 5],
      ]),
      set: new Set([two]),
    };
    expect(await delayed(read)(value as unknown).compute(options)).toEqual({
      list: [1, [2, 3]],
      map: new Map<unknown, unknown>([
        ["k", 1],
        [2, 5],
      ]),
      set: new Set([2]),
    });
    const untouched = await delayed(read, { traverse: false })([one] as unknown).compute(options);
    expect((untouched as unknown[])[0]).toBe(one);
  });

  test("structures without anything delayed are passed on as they are", async () => {
    const data = { rows: [1, 2] };
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const same = (a: unknown, b: unknown): boolean => a === data && b === cyclic;
    expect(await delayed(same)(data, cyclic).compute(options)).toBe(true);
  });

  test("async functions are awaited", async () => {
    const later = async (x: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return x + 1;
    };
    const total: Delayed<number> = delayed(add)(delayed(later)(1), delayed(later)(2));
    expect(await total.compute(options)).toBe(5);
  });

  test("properties, entries and methods of delayed values", async () => {
    const row = delayed((name: string) => ({ name, tags: ["x", "y"], at: new Map([["k", 7]]) }))("a");
    expect(await row.get("name").compute(options)).toBe("a");
    expect(await row.get("tags").get(1).compute(options)).toBe("y");
    expect(await row.get("at").get("k").compute(options)).toBe(7);
    expect(await row.get("name").call("repeat", delayed(inc)(2)).compute(options)).toBe("aaa");
    await expect(
      row
        .get("name")
        .call("nothing" as string as "trim")
        .compute(options),
    ).rejects.toThrow("no method nothing");
    await expect(row.get("none").get("deeper").compute(options)).rejects.toThrow("'deeper' of undefined");
  });

  test("a result of several values is taken apart", async () => {
    const divide = (a: number, b: number): [number, number] => [Math.floor(a / b), a % b];
    const [quotient, rest, ...more] = delayed(divide, { nout: 2 })(17, 5);
    expect(more).toEqual([]);
    expect(await compute(quotient, rest, options)).toEqual([3, 2]);
  });

  test("arrays among the arguments are computed whole", async () => {
    const x = array.arange(10, { chunks: 3 });
    const describeArray = (a: unknown, n: unknown): unknown => [a instanceof NDArray && a.toArray(), n];
    const value = delayed(describeArray)(x.add(1), x.sum());
    expect(await value.compute(options)).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 45]);
  });

  test("arrays whose lengths are known only when they are computed", async () => {
    const x = array.arange(10, { chunks: 4 });
    const even = x.compress(x.remainder(2).equal(0)) as typeof x;
    const list = (a: unknown): unknown => (a as NDArray).toArray();
    expect(await delayed(list)(even).compute(options)).toEqual([0, 2, 4, 6, 8]);
    const blocks = even.toDelayed() as Delayed[];
    expect(
      await compute(
        blocks.map((block) => delayed(list)(block)),
        options,
      ),
    ).toEqual([[[0, 2], [4, 6], [8]]]);
    const kept = await even.persist(options);
    expect((await kept.compute(options)).toArray()).toEqual([0, 2, 4, 6, 8]);
  });

  test("blocks of arrays become delayed values, and arrays are made of delayed values", async () => {
    const x = array
      .arange(12, { chunks: 2 })
      .reshape([4, 3], { mergeChunks: true } as never)
      .rechunk([2, 2]);
    const blocks = x.toDelayed() as Delayed<NDArray>[][];
    expect([blocks.length, blocks[0]?.length]).toEqual([2, 2]);
    const block = blocks[1]?.[1] as Delayed<NDArray>;
    expect((await block.compute(options)).toArray()).toEqual([[8], [11]]);
    const total = array.arange(3).sum().toDelayed() as Delayed<number>;
    expect(await total.compute(options)).toBe(3);

    const load = (from: number): number[][] => [[from, from + 1]];
    const parts = [0, 10].map((from) => array.fromDelayed(delayed(load)(from), { shape: [1, 2] }));
    const y = array.concatenate(parts).add(delayedScalar());
    expect((await y.compute(options)).toArray()).toEqual([
      [1, 2],
      [11, 12],
    ]);
    const typed = array.fromDelayed(delayed(() => Int16Array.of(1, 2, 3, 4))(), {
      shape: [2, 2],
      dtype: "int16",
    });
    expect((await typed.compute(options)).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);

    function delayedScalar() {
      return array.fromDelayed(delayed(() => 1)(), { shape: [] });
    }
  });

  test("an array of a delayed value that gives something else is refused when it is computed", async () => {
    const wrong = array.fromDelayed(delayed(() => Float64Array.of(1, 2, 3))(), { shape: [2] });
    await expectRejection(wrong.compute(options), "WRONG_RESULT", "should be float64 of shape [2]");
  });

  test("several values are computed at once and share their work", async () => {
    const load = vi.fn((x: number) => x);
    const a = delayed(load)(5);
    const x = array.ones([4], { chunks: 2 });
    const results = await compute(
      delayed(inc)(a),
      [delayed(double)(a), { x: x.sum(), plain: 1 }],
      new Map([["k", a]]),
      options,
    );
    expect(results).toEqual([6, [10, { x: 4, plain: 1 }], new Map([["k", 5]])]);
    expect(load).toHaveBeenCalledOnce();
  });

  test("pure calls with equal arguments are one", async () => {
    const promise = Promise.resolve(1);
    const pure = delayed((x: number) => [x, promise], { pure: true });
    const same = delayed(Math.max, { pure: true });
    expect(same(1, 2).key).toBe(same(1, 2).key);
    expect(same(1, 2).key).not.toBe(same(1, 3).key);
    expect(delayed(inc)(1).key).not.toBe(delayed(inc)(1).key);
    expectError(() => pure(1), "CANNOT_TRAVEL", "await it first");
  });

  test("an error is the one that was thrown, with the key of its task", async () => {
    class Failure extends RangeError {}
    const cause = new Error("deeper");
    const fail = (x: number): number => {
      throw new Failure(`no ${x}`, { cause });
    };
    const value = delayed(inc)(delayed(fail).as("broken-call")(7));
    const error: unknown = await value.compute(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ message: "no 7", cause, task: { key: "broken-call" } });
  });

  test("what is thrown and no error becomes the cause of one", async () => {
    const fail = (): never => {
      // oxlint-disable-next-line typescript/only-throw-error -- What is tested.
      throw "text";
    };
    const error: unknown = await delayed(fail)()
      .compute(options)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "TASK_FAILED", cause: "text" });
  });

  test("persisted values are not made again", async () => {
    const load = vi.fn((x: number) => x);
    const kept = await delayed(load)(5).persist(options);
    expect(await compute(delayed(inc)(kept), kept, options)).toEqual([6, 5]);
    expect(load).toHaveBeenCalledOnce();
    expect((await delayed(() => [1, 2], { nout: 2 })().persist(options)).length).toBe(2);
    const x = await array.arange(10, { chunks: 4 }).add(1).persist(options);
    expect(x.chunks).toEqual([[4, 4, 2]]);
    expect(await x.sum().compute(options)).toBe(55);
    const scalar = await array.arange(4).sum().persist(options);
    expect(await scalar.compute(options)).toBe(6);
  });

  test("persisted values stand for their calls, which are beside them", async () => {
    const load = vi.fn((x: number) => x);
    const [start, pure] = [delayed(load)(5), delayed(inc, { pure: true })(2)];
    const next = delayed(inc)(start);
    const kept = await next.persist(options);
    const [again, same] = await persist(kept, pure, options);
    expect(load).toHaveBeenCalledOnce();
    expect(await compute(next, kept, again, delayed(add)(kept, next), options)).toEqual([6, 6, 6, 12]);
    expect(await compute(kept, next, options)).toEqual([6, 6]);
    expect(await compute(pure, same, delayed(inc, { pure: true })(2), options)).toEqual([3, 3, 3]);
    expect(load).toHaveBeenCalledOnce();
    const [named, other] = [delayed(inc).as("named")(1), delayed(inc).as("named")(2)];
    const result = await named.persist(options);
    await expectRejection(
      compute(other, result, options),
      "INVALID_ARGUMENT",
      "Two calls have the key named",
    );
  });

  test("a graph by hand", async () => {
    const graph = {
      x: 1,
      y: [inc, "x"],
      z: [add, "y", 10],
      all: [sum, ["x", "y", [add, "z", "z"]]],
      alias: "z",
    };
    expect(await get(graph, "z", options)).toBe(12);
    expect(await get(graph, ["x", ["all", "alias"]], options)).toEqual([1, [27, 12]]);
    const map = new Map<unknown, unknown>([
      [0, 5],
      ["next", [inc, 0]],
    ]);
    expect(await get(map, "next", options)).toBe(6);
  });

  test("a hundred thousand tasks", async () => {
    let level = Array.from({ length: 2 ** 15 }, (_, index) => delayed(inc)(index));
    while (level.length > 1) {
      level = Array.from({ length: level.length / 2 }, (_, index) =>
        delayed(add)(level[2 * index] as Delayed<number>, level[2 * index + 1] as Delayed<number>),
      );
    }
    let chain = level[0] as Delayed<number>;
    for (let i = 0; i < 40_000; i += 1) chain = delayed(inc)(chain);
    expect(await chain.compute(options)).toBe((2 ** 15 * (2 ** 15 + 1)) / 2 + 40_000);
  });
});

describe("misuse", () => {
  test("a delayed value has no value to calculate with, and no then", () => {
    const value = delayed(inc)(1);
    expectError(() => Number(value), "INVALID_ARGUMENT", "has no value before it is computed");
    expectError(() => [...value], "INVALID_ARGUMENT", "use the option `nout`");
    expect("then" in value).toBe(false);
    expect(String(value)).toMatch(/^Delayed\(inc-/);
    expect(inspect(value)).toBe(String(value));
  });

  test("options are checked where they are written", () => {
    expectError(() => delayed(inc, { nout: -1 }), "INVALID_ARGUMENT", "options.nout");
    expectError(() => delayed(inc, { name: "" }), "INVALID_ARGUMENT", "options.name");
    expectError(() => delayed(inc, { nuot: 1 } as never), "INVALID_ARGUMENT", "no option `nuot`");
  });

  test("a key names one call", async () => {
    const [a, b] = [delayed(inc).as("same")(1), delayed(inc).as("same")(2)];
    await expectRejection(compute(a, b), "INVALID_ARGUMENT", "Two calls have the key same");
    expect(await compute(a, a)).toEqual([2, 2]);
  });

  test("cycles and missing keys of a graph are named", async () => {
    const cyclic = { a: [inc, "b"], b: [inc, ["c"]], c: [inc, "b"], d: 1 };
    await expectRejection(get(cyclic, "a"), "INVALID_ARGUMENT", "The graph has a cycle: b → c → b");
    expect(await get(cyclic, "d")).toBe(1);
    await expectRejection(
      get({ total: 1 }, "totl"),
      "INVALID_ARGUMENT",
      "no key totl in the graph: Did you mean total?",
    );
    await expectRejection(get({}, "x"), "INVALID_ARGUMENT", "it has none");
  });
});

describe("tokenize", () => {
  test("is equal for equal values and functions", () => {
    const make = (factor: number) => (x: number) => x * factor;
    expect(tokenize(1, ["a", new Map([[1, 2]])])).toBe(tokenize(1, ["a", new Map([[1, 2]])]));
    expect(tokenize(make(2))).toBe(tokenize(make(2)));
    const different = [
      1,
      "1",
      1n,
      true,
      null,
      undefined,
      [1],
      { a: 1 },
      make(2),
      make(3),
      array.ones([2]),
      array.ones([3]),
    ];
    expect(new Set(different.map((value) => tokenize(value))).size).toBe(different.length);
    expect(tokenize(array.ones([2]).add(1))).toBe(tokenize(array.ones([2]).add(1)));
  });
});
