import { array, bag, complex, compute, dataframe, delayed, optimize, slice } from "bramble";
import { beforeEach, expect, it } from "vitest";

const options = { scheduler: "sync" } as const;

/** How often functions of this thread were called. */
let calls = 0;

beforeEach(() => {
  calls = 0;
});

const counted = delayed((x: number) => {
  calls += 1;
  return x + 1;
});

it("moves slices to where elements are made, and the answer stays", async () => {
  const x = array.arange(1_000_000, { chunks: 1000 }).add(1).rechunk(500).slice(slice(10, 20));
  const [y] = optimize(x);
  const written = y.explain().split("optimised")[0] ?? "";
  expect(written).not.toContain("gather");
  expect(written).not.toContain("select");
  expect([y.shape, y.dtype, y.chunks]).toEqual([x.shape, x.dtype, x.chunks]);
  expect((await y.compute()).toArray()).toEqual((await x.compute()).toArray());
  // What is made of it goes on from there.
  expect(await y.multiply(2).sum().compute()).toBe(2 * (await x.sum().compute()));
});

it("keeps infinite and wide constants, complex elements and data in memory", async () => {
  const data = Float64Array.of(1, 2, 3);
  const written = [
    array.fromArray(data, { chunks: 2 }).multiply(Number.POSITIVE_INFINITY).multiply(-1),
    array.full(2, 2n ** 63n - 1n, { dtype: "int64" }),
    array.full(2, complex(1, -2)).multiply(complex(0, 1)).slice(slice(0, 1)),
  ] as const;
  for (const engine of ["native", "js"] as const) {
    const expected = await array.compute(...written, { engine });
    const answers = await array.compute(...optimize(...written), { engine });
    expect(answers.map((answer) => [...answer.data])).toEqual(expected.map((answer) => [...answer.data]));
  }
});

it("lets delayed values share one graph, in which each call is made once", async () => {
  const base = counted(1);
  const unwanted = counted(base);
  const [{ double }, half] = optimize({ double: delayed((x: number) => 2 * x)(base) }, base);
  expect(await compute(double, half, options)).toEqual([4, 2]);
  expect(calls).toBe(1);
  // They have their keys, and may be computed beside the ones that they were made of.
  expect(half.key).toBe(base.key);
  expect(await compute(half, base, unwanted, options)).toEqual([2, 2, 3]);
});

it("leaves what values consist of known", async () => {
  const pair = delayed((): [number, string] => [1, "a"], { nout: 2 })();
  const [[first, second]] = [[...optimize(pair)[0]]];
  expect(await compute(first, second, options)).toEqual([1, "a"]);
});

it("optimises bags and what they read, and steps that follow stay in the same call", async () => {
  const listOf = delayed((x: number): number[] => {
    calls += 1;
    return [x, 10 * x];
  });
  const shared = bag.fromDelayed([listOf(1), listOf(2)]);
  const longer = shared.map((item) => item + 1);
  const [a, b] = optimize(shared, longer);
  const negative = b.map((item) => -item);
  expect(await compute(a, negative, options)).toEqual([
    [1, 10, 2, 20],
    [-2, -11, -3, -21],
  ]);
  expect(calls).toBe(2);
  const layers = (text: string): number => text.split("\noptimised")[0]?.trim().split("\n").length ?? 0;
  expect(layers(b.map(String).explain())).toBe(layers(longer.map(String).explain()));
});

it("leaves alone what waits for lengths, data frames, and what is no collection", async () => {
  const x = array.arange(10, { chunks: 5 });
  const waiting = x.slice(x.greater(3)).slice(slice(1, 3));
  const frame = dataframe.fromMap({ a: [1, 2] });
  const [found, same, text, list] = optimize(waiting, frame, "text", [1, { x }]);
  expect((await found.compute()).toArray()).toEqual([5, 6]);
  expect(same).toBe(frame);
  expect(text).toBe("text");
  expect(await (list[1] as { x: typeof x }).x.sum().compute()).toBe(45);
});
