import { array, type LazyArray, NDArray } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENGINES, WAYS } from "../../support/engines.js";

type Pair = readonly [re: number, im: number];

/** Numbers of which many are equal, in one part or in both. */
const few = fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 }));
const any = fc.tuple(
  fc.double({ min: -9, max: 9, noNaN: true }),
  fc.double({ min: -9, max: 9, noNaN: true }),
);
const length = fc.integer({ min: 1, max: 7 });
const chunk = fc.integer({ min: 1, max: 8 });

function complexOf(
  values: readonly Pair[],
  shape: readonly number[],
  chunks: number | readonly number[],
): LazyArray {
  const dtype = "complex128";
  return array.fromArray(Float64Array.from(values.flat()), { shape, chunks, dtype }) as LazyArray;
}

async function pairs(x: LazyArray, options: object): Promise<number[][]> {
  const { data } = (await x.compute(options)) as NDArray;
  return Array.from({ length: data.length / 2 }, (_, place) => [
    Number(data[2 * place]),
    Number(data[2 * place + 1]),
  ]);
}

/** What was computed, so that equal means the same bits. */
function bitsOf(answer: unknown): unknown {
  return answer instanceof NDArray ? [...answer.data] : answer;
}

/** By the real and then by the imaginary parts. */
function order([a = 0, b = 0]: readonly number[], [c = 0, d = 0]: readonly number[]): number {
  return a - c || b - d;
}

/** A matrix with its shape and how it is cut. */
const matrices = fc
  .tuple(length, length, chunk, chunk)
  .chain(([rows, columns, high, wide]) =>
    fc.tuple(
      fc.constant([rows, columns] as const),
      fc.constant([high, wide]),
      fc.array(any, { minLength: rows * columns, maxLength: rows * columns }),
    ),
  );

/** The largest size of the elements of an array. */
async function largest(x: LazyArray, engine: "js" | "native"): Promise<number> {
  return (await array.absolute(x).max().compute({ engine })) as number;
}

describe.each(ENGINES)("complex numbers by the %s engine", (engine) => {
  it("are sorted, found and told apart by both parts", async () => {
    const cases = fc.tuple(fc.array(few, { minLength: 1, maxLength: 30 }), chunk, chunk);
    await fc.assert(
      fc.asyncProperty(cases, async ([values, size, k]) => {
        const x = complexOf(values, [values.length], size);
        const sorted = values.toSorted(order).map((pair) => [...pair]);
        const options = { engine };
        expect(await pairs(array.topk(x, -values.length), options)).toEqual(sorted);
        expect(await pairs(array.topk(x, k), options)).toEqual(sorted.toReversed().slice(0, k));
        const different = sorted.filter(
          (pair, place) => place === 0 || order(pair, sorted[place - 1] ?? []) !== 0,
        );
        expect(await pairs(array.unique(x), options)).toEqual(different);
        const probe = complexOf(
          [
            [0, 0],
            [1, -1],
          ],
          [2],
          1,
        );
        const isIn = (await array.isin(probe, x).compute(options)) as NDArray;
        const has = (re: number, im: number): number => Number(values.some(([a, b]) => a === re && b === im));
        expect([...isIn.data]).toEqual([has(0, 0), has(1, -1)]);
      }),
      { numRuns: 20 },
    );
  });

  it("have factors whose products are the matrix", async () => {
    await fc.assert(
      fc.asyncProperty(matrices, async ([shape, chunks, values]) => {
        const x = complexOf(values, shape, chunks);
        const limit = 1e-12 * Math.max(1, await largest(x, engine));
        const { q, r } = array.linalg.qr(x);
        expect(await largest(array.matmul(q, r).subtract(x), engine)).toBeLessThan(limit);
        const { u, s, vt } = array.linalg.svd(x);
        expect(await largest(array.matmul(u.multiply(s), vt).subtract(x), engine)).toBeLessThan(limit);
        const square = array.matmul(q.conj().T, q).subtract(array.eye(Math.min(...shape)));
        expect(await largest(square, engine)).toBeLessThan(1e-12);
      }),
      { numRuns: 15 },
    );
  });

  it.each([1e-200, 1e200])("have solutions where all are about %d", async (scale) => {
    const rows = [
      [2, 1],
      [0.5, -1],
      [-1, 0.25],
      [1, 3],
    ] as const;
    const x = complexOf(rows, [2, 2], [1, 2]).multiply(scale);
    const solved = array.linalg.solve(x, x);
    expect(await largest(solved.subtract(array.eye(2)), engine)).toBeLessThan(1e-14);
  });

  it("have solutions and Cholesky factors, however cut", async () => {
    await fc.assert(
      fc.asyncProperty(matrices, async ([shape, chunks, values]) => {
        const x = complexOf(values, shape, chunks);
        const [rows] = shape;
        // Positive definite, and far from singular.
        const definite = array
          .matmul(x, x.conj().T)
          .add(array.eye(rows))
          .rechunk(chunks[0] ?? 1);
        const limit = 1e-11 * Math.max(1, await largest(definite, engine)) ** 2;
        const factor = array.linalg.cholesky(definite, { lower: true });
        const again = array.matmul(factor, factor.conj().T);
        expect(await largest(again.subtract(definite), engine)).toBeLessThan(limit);
        const sides = array.matmul(definite, x);
        for (const assumeA of ["gen", "pos"] as const) {
          const solved = array.linalg.solve(definite, sides, { assumeA });
          expect(await largest(array.matmul(definite, solved).subtract(sides), engine)).toBeLessThan(limit);
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe("complex numbers", () => {
  it("have the same bits whatever computes them", async () => {
    await fc.assert(
      fc.asyncProperty(matrices, async ([shape, chunks, values]) => {
        const x = complexOf(values, shape, chunks);
        const lazy = [
          x.multiply(x.conj()).divide(x.add(1)),
          array.exp(x).subtract(array.sqrt(x)),
          x.sum({ axis: 0 }),
          array.prod(x, { axis: 1 }),
          array.cumsum(x, { axis: 0 }),
          array.max(x),
          array.min(x, { axis: 0 }),
          array.max(x, { axis: 1, keepdims: true }).slice("0:1"),
          array.nanmin(array.where(x.equal(x.max()), Number.NaN, x), { axis: 1 }),
          array.prod(x),
          array.topk(x, 2),
          array.median(x, { axis: 0 }),
        ] as LazyArray[];
        const [expected, ...others] = await Promise.all(
          WAYS.map(async ([, options]) => (await array.compute(...lazy, options)).map(bitsOf)),
        );
        for (const answers of others) expect(answers).toEqual(expected);
        // Chunks make no difference to what is exact, nor to products, which are made of halves of an axis.
        const uncut = complexOf(values, shape, 8);
        const [whole, cut] = await Promise.all(
          [uncut, x].map((y) =>
            array.compute(array.prod(y, { axis: 0 }), array.prod(y), array.max(y), array.min(y, { axis: 1 })),
          ),
        );
        expect(cut?.map(bitsOf)).toEqual(whole?.map(bitsOf));
      }),
      { numRuns: 15 },
    );
  });
});
