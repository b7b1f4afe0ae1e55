import { array, type LazyArray, NDArray, type Scheduler } from "bramble";
import { describe, expect, it } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";

const plane = array.arange(24).reshape([4, 6]).rechunk([3, 2]);

const WAYS = [
  { engine: "js" },
  { engine: "native", scheduler: "sync" },
  { engine: "native", scheduler: "threads" },
] as const satisfies readonly { readonly engine: "js" | "native"; readonly scheduler?: Scheduler }[];

/** The greatest element of each row of a block. */
function rowMaxima(block: NDArray): NDArray {
  const [rows = 0, columns = 0] = block.shape;
  const data = Array.from(block.data as Float64Array);
  const maxima = Array.from({ length: rows }, (_, row) =>
    Math.max(...data.slice(row * columns, (row + 1) * columns)),
  );
  return new NDArray(Float64Array.from(maxima), [rows, 1]);
}

/** The greater of the elements at the same place. */
function greatest(parts: readonly NDArray[]): NDArray {
  const [first = new NDArray(new Float64Array(0))] = parts;
  const data = Float64Array.from(first.data as Float64Array, (_, place) =>
    Math.max(...parts.map((part) => Number(part.data[place]))),
  );
  return new NDArray(data, first.shape);
}

describe.each(WAYS)("with $engine $scheduler", (options) => {
  const list = async (lazy: LazyArray): Promise<unknown> =>
    ((await lazy.compute(options)) as NDArray).toArray();

  it("reduces by functions, whatever the tree", async () => {
    for (const splitEvery of [2, 16]) {
      const functions = { chunk: rowMaxima, combine: greatest, aggregate: greatest };
      const maxima = array.reduction(plane, functions, { axis: 1, splitEvery });
      expect(await list(maxima)).toEqual([5, 11, 17, 23]);
      const kept = array.reduction(plane, functions, { axis: 1, keepdims: true, splitEvery });
      expect(kept.shape).toEqual([4, 1]);
    }
    const counted = array.reduction(
      array.arange(100).rechunk(7),
      {
        chunk: (block) => new NDArray(BigInt64Array.of(BigInt(block.size))),
        aggregate: (parts) =>
          new NDArray(BigInt64Array.of(parts.reduce((sum, part) => sum + BigInt(part.data[0] ?? 0), 0n))),
      },
      { dtype: "int64", splitEvery: 3 },
    );
    expect(await counted.compute(options)).toBe(100n);
  });

  it("calls functions over core axes", async () => {
    const sums = array.applyGufunc(
      (block: NDArray) => {
        const [rows = 0, columns = 0] = block.shape;
        return Float64Array.from({ length: rows }, (_, row) =>
          Array.from(block.data.slice(row * columns, (row + 1) * columns) as Float64Array).reduce(
            (a, b) => a + b,
            0,
          ),
        );
      },
      "(i)->()",
      [plane],
    );
    expect(await list(sums)).toEqual([15, 51, 87, 123]);
    const outer = array.applyGufunc(
      (a: NDArray, b: NDArray) => {
        const products = Array.from(a.data as Float64Array).flatMap((left) =>
          Array.from(b.data as Float64Array, (right) => left * right),
        );
        return new NDArray(Float64Array.from(products), [a.size, b.size]);
      },
      "(i),(j)->(i,j)",
      [array.arange(2), array.arange(1, 4)],
    );
    expect(await list(outer)).toEqual([
      [0, 0, 0],
      [1, 2, 3],
    ]);
  });

  it("calls functions of lines along an axis", async () => {
    const spread = (line: ArrayLike<number>): number => {
      const values = Array.from(line);
      return Math.max(...values) - Math.min(...values);
    };
    expect(await list(array.applyAlongAxis(spread as never, 0, plane))).toEqual([18, 18, 18, 18, 18, 18]);
    const ends = array.applyAlongAxis((line) => [line[0] ?? 0, line.at(-1) ?? 0], 1, plane, { length: 2 });
    expect(await list(ends)).toEqual([
      [0, 5],
      [6, 11],
      [12, 17],
      [18, 23],
    ]);
    const wrong = array.applyAlongAxis((line) => [line[0] ?? 0, 1], 1, plane);
    await expectRejection(wrong.compute(options), "WRONG_RESULT", "shape");
  });

  it("applies functions of axes one after the other", async () => {
    const sums = array.applyOverAxes((x, axis) => x.sum({ axis }), plane, [0, 1]);
    expect(await list(sums)).toEqual([[276]]);
  });
});

it("refuses what makes no sense", () => {
  const f = (): number => 0;
  expectError(() => array.applyGufunc(f, "(i->()", [plane]), "INVALID_ARGUMENT", "signature");
  expectError(() => array.applyGufunc(f, "(i),(i)->()", [plane]), "INVALID_ARGUMENT", "2 arrays");
  expectError(
    () => array.applyGufunc(f, "(i),(i)->()", [plane, array.ones(3)]),
    "SHAPE_MISMATCH",
    "core axes",
  );
  expectError(() => array.applyGufunc(f, "(i)->(k)", [plane]), "INVALID_ARGUMENT", "core axis k");
  expectError(() => array.reduction(plane, { chunk: f } as never), "INVALID_ARGUMENT", "aggregate");
  expectError(() => array.applyAlongAxis(f as never, 2, plane), "OUT_OF_BOUNDS", "axis");
});
