import { array, type LazyArray, type NDArray } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENGINES, WAYS } from "../support/engines.js";
import { expectError } from "../support/errors.js";
import { readOracle } from "../support/oracle.js";
import { elementsOf } from "../support/values.js";

interface Answers {
  readonly sequences: readonly {
    readonly seed: string;
    readonly doubles: number[];
    readonly singles: number[];
  }[];
  readonly distributions: readonly Distribution[];
}

interface Distribution {
  readonly name: string;
  readonly args: readonly number[];
  readonly mean: number;
  readonly variance: number;
}

const { sequences, distributions } = readOracle<Answers>("random");

/** Draws from a distribution by its name. */
function draw({ name, args }: Distribution, size: number): LazyArray {
  const rng = array.random.defaultRng(7) as unknown as Record<string, (...args: unknown[]) => LazyArray>;
  // Standard distributions without parameters take the size alone.
  return rng[name]?.(...(args.length > 0 ? [...args, { size }] : [size])) as LazyArray;
}

async function numbers(x: LazyArray, options = {}): Promise<number[]> {
  return Array.from<number | bigint, number>(elementsOf(await x.compute(options), x.dtype), Number);
}

describe("random numbers", () => {
  it.each(ENGINES)("of the %s engine are NumPy's", async (engine) => {
    for (const { seed, doubles, singles } of sequences) {
      const rng = array.random.defaultRng(BigInt(seed));
      expect(await numbers(rng.random(9, { chunks: 4 }), { engine })).toEqual(doubles);
      expect(await numbers(rng.random(9, { chunks: 4, dtype: "float32" }), { engine })).toEqual(singles);
    }
  });

  it("do not depend on chunks, slices or threads", async () => {
    const length = fc.integer({ min: 1, max: 40 });
    const index = fc.tuple(fc.nat(45), fc.nat(45), fc.constantFrom(1, 2, -1, -3));
    const cases = fc.tuple(length, length, length, length, index, index);
    await fc.assert(
      fc.asyncProperty(cases, async ([rows, columns, high, wide, first, second]) => {
        const make = (chunks: number[] | number): LazyArray =>
          array.random.defaultRng(1).normal(0, 1, { size: [rows, columns], chunks });
        const slices = [first, second].map(([start, stop, step]) => `${start}:${stop}:${step}`);
        const expected = await numbers(make(-1).slice(...slices));
        for (const [, options] of WAYS.slice(1)) {
          const x = make([high, wide]).slice(...slices);
          expect(await numbers(x, options)).toEqual(expected);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each(distributions)("$name($args) has its mean and variance", async (distribution) => {
    const { mean, variance } = distribution;
    const count = 200_000;
    const drawn = await numbers(draw(distribution, count));
    const average = drawn.reduce((sum, x) => sum + x, 0) / count;
    const squares = drawn.map((x) => (x - mean) ** 2);
    const spread = squares.reduce((sum, x) => sum + x, 0) / count;
    const fourth = squares.reduce((sum, x) => sum + (x - spread) ** 2, 0) / count;
    // Six standard errors.
    expect(Math.abs(average - mean)).toBeLessThan(6 * Math.sqrt(variance / count));
    expect(Math.abs(spread - variance)).toBeLessThan(6 * Math.sqrt(fourth / count));
  });

  it.each(distributions)("$name($args) of both engines agree", async (distribution) => {
    const x = draw(distribution, 500);
    const [native, js] = [await numbers(x, { engine: "native" }), await numbers(x, { engine: "js" })];
    for (const [index, value] of native.entries()) {
      expect(Math.abs((js[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
    }
  });

  it("of Cauchy have its quartiles, for it has no mean", async () => {
    const count = 100_000;
    const drawn = await numbers(array.random.defaultRng(7).standardCauchy(count));
    for (const [limit, share] of [
      [-1, 0.25],
      [0, 0.5],
      [1, 0.75],
    ] as const) {
      const below = drawn.filter((value) => value < limit).length / count;
      // Six standard errors.
      expect(Math.abs(below - share)).toBeLessThan(6 * Math.sqrt((share * (1 - share)) / count));
    }
  });

  it("take arrays as parameters", async () => {
    const rng = array.random.defaultRng(3);
    const loc = array.arange(3).multiply(1000);
    expect(rng.normal(loc).shape).toEqual([3]);
    const [a = 0, b = 0, c = 0] = await numbers(rng.normal(loc, 1, { size: [1, 3] }).slice(0));
    expect([a, b, c].map((x) => Math.round(x / 1000) + 0)).toEqual([0, 1, 2]);
    expectError(() => rng.normal(loc, 1, { size: 4 }), "SHAPE_MISMATCH", "options.size");
  });

  it("differ from call to call and from seed to seed", async () => {
    const rng = array.random.defaultRng(5);
    const drawn = [rng.random(4), rng.random(4), array.random.defaultRng(6).random(4)];
    const texts = await Promise.all(drawn.map(async (x) => String(await numbers(x))));
    expect(new Set(texts).size).toBe(3);
    expect(array.random.defaultRng().random(4).name).not.toBe(array.random.defaultRng().random(4).name);
  });
});

describe("random integers", () => {
  it("fill their range", async () => {
    const rng = array.random.defaultRng(9);
    const drawn = await numbers(rng.integers(-3, 4, { size: 1000, dtype: "int8" }));
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    expect(new Set(await numbers(rng.integers(2, null, { size: 100 })))).toEqual(new Set([0, 1]));
    expect(new Set(await numbers(rng.integers(5, 6, { size: 100, endpoint: true })))).toEqual(
      new Set([5, 6]),
    );
  });

  it.each(ENGINES)("of the %s engine reach the limits of 64 bits", async (engine) => {
    const [min, max] = [-(2n ** 63n), 2n ** 63n - 1n];
    const rng = array.random.defaultRng(9);
    const signed = rng.integers(min, max, { size: 100, endpoint: true });
    const data = ((await signed.compute({ engine })) as NDArray<"int64">).data;
    expect(data.some((x) => x > max / 2n) && data.some((x) => x < min / 2n)).toBe(true);
    const unsigned = rng.integers(2n ** 63n, 2n ** 64n, { size: 100, dtype: "uint64" });
    const large = ((await unsigned.compute({ engine })) as NDArray<"uint64">).data;
    expect(large.every((x) => x >= 2n ** 63n)).toBe(true);
  });
});

describe("counts of several things", () => {
  it.each(ENGINES)("of the %s engine add up and have their means", async (engine) => {
    const shares = [0.2, 0, 0.5, 0.3];
    const rng = array.random.defaultRng(11);
    const counts = rng.multinomial(20, shares, { size: [5000], chunks: 999 });
    expect([counts.shape, counts.dtype]).toEqual([[5000, 4], "int64"]);
    expect(new Set(await numbers(counts.sum({ axis: 1 }), { engine }))).toEqual(new Set([20]));
    const means = await numbers(counts.mean({ axis: 0 }), { engine });
    for (const [index, share] of shares.entries()) {
      // Six standard errors.
      const limit = 6 * Math.sqrt((20 * share * (1 - share)) / 5000);
      expect(Math.abs((means[index] ?? Number.NaN) - 20 * share)).toBeLessThanOrEqual(limit);
    }
  });

  it("take a number of trials for each", async () => {
    const rng = array.random.defaultRng(11);
    const counts = rng.multinomial(array.arange(6), [0.5, 0.5]);
    expect(await numbers(counts.sum({ axis: 1 }))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await numbers(rng.multinomial(7, [1], { size: [2] }))).toEqual([7, 7]);
  });
});

describe("things of several kinds, drawn and not put back", () => {
  it.each(ENGINES)("of the %s engine add up and have their means", async (engine) => {
    const colors = [16, 0, 8, 4];
    const rng = array.random.defaultRng(12);
    const counts = rng.multivariateHypergeometric(colors, 10, { size: [3000], chunks: 999 });
    expect([counts.shape, counts.dtype]).toEqual([[3000, 4], "int64"]);
    expect(new Set(await numbers(counts.sum({ axis: 1 }), { engine }))).toEqual(new Set([10]));
    const [means, most] = [counts.mean({ axis: 0 }), counts.max({ axis: 0 })];
    const [found, highest] = [await numbers(means, { engine }), await numbers(most, { engine })];
    for (const [index, count] of colors.entries()) {
      expect(highest[index] ?? Number.NaN).toBeLessThanOrEqual(count);
      const share = count / 28;
      // Six standard errors.
      const limit = 6 * Math.sqrt((10 * share * (1 - share) * (18 / 27)) / 3000);
      expect(Math.abs((found[index] ?? Number.NaN) - 10 * share)).toBeLessThanOrEqual(limit);
    }
  });

  it("are all there where all are drawn, and none where none is", async () => {
    const rng = array.random.defaultRng(12);
    expect(await numbers(rng.multivariateHypergeometric([3, 2, 1], 6))).toEqual([3, 2, 1]);
    expect(await numbers(rng.multivariateHypergeometric([3, 2, 1], 0))).toEqual([0, 0, 0]);
    expect(await numbers(rng.hypergeometric(array.arange(4), 0, array.arange(4)))).toEqual([0, 1, 2, 3]);
  });
});

it.each(ENGINES)("angles of the %s engine lie between -pi and pi, around their mean", async (engine) => {
  const drawn = await numbers(array.random.defaultRng(4).vonmises(3, 2, { size: 2000 }), { engine });
  expect(drawn.every((angle) => angle >= -Math.PI && angle <= Math.PI)).toBe(true);
  const mean = Math.atan2(
    drawn.reduce((sum, angle) => sum + Math.sin(angle), 0),
    drawn.reduce((sum, angle) => sum + Math.cos(angle), 0),
  );
  expect(Math.abs(mean - 3)).toBeLessThan(0.15);
});

describe("bad input of random numbers", () => {
  const rng = array.random.defaultRng(0);

  it.each([
    [() => array.random.defaultRng(-1), "`seed`"],
    [() => array.random.defaultRng(1.5), "`seed`"],
    [() => rng.random([-1]), "`size[0]`"],
    [() => rng.random(3, { dtype: "int8" as "float64" }), "`options.dtype`"],
    [() => rng.integers(5, 5), "`high`"],
    [() => rng.integers(0), "`low`"],
    [() => rng.integers(0, 300, { dtype: "int8" }), "`high`"],
    [() => rng.integers(0, 3, { dtype: "float64" }), "`options.dtype`"],
    [() => rng.normal(0, -1), "`scale`"],
    [() => rng.binomial(10, 1.5), "`p`"],
    [() => rng.poisson(-1), "`lam`"],
    [() => rng.beta(0, 1), "`a`"],
    [() => rng.wald(0, 1), "`mean`"],
    [() => rng.logseries(1), "`p`"],
    [() => rng.noncentralF(1, 1, -1), "`nonc`"],
    [() => rng.multinomial(3, []), "`pvals`"],
    [() => rng.hypergeometric(5, 5, 11), "`nsample`"],
    [() => rng.hypergeometric(2e9, 5, 1), "`ngood`"],
    [() => rng.hypergeometric(5, 0.5, 1), "`nbad`"],
    [() => rng.multivariateHypergeometric([], 1), "`colors`"],
    [() => rng.multivariateHypergeometric([3, -1], 1), "`colors[1]`"],
    [() => rng.multivariateHypergeometric([3, 1], 5), "`nsample`"],
    [() => rng.vonmises(0, -1), "`kappa`"],
    [() => rng.zipf(1), "`a`"],
    [() => rng.multinomial(3, [0.7, 0.7, 0.1]), "`pvals[1]`"],
    [() => rng.normal(0, 1, { sise: 3 } as object), "sise"],
    [() => rng.normal("1" as unknown as number), "`loc`"],
  ])("is refused: %s", (call, words) => expectError(call, "INVALID_ARGUMENT", words));
});
