import { array, type LazyArray, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../../support/engines.js";
import { expectRejection } from "../../support/errors.js";

/** Numbers without a pattern, between -1 and 1. */
function noise(
  shape: readonly number[],
  chunks: readonly number[],
  dtype: "float32" | "float64" = "float64",
): LazyArray {
  let state = 7;
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return array.fromArray(data, { shape, chunks }).astype(dtype) as LazyArray;
}

/** Sizes and chunks of matrices: tall, wide and square, with chunks lower than wide ones, and with odd ends. */
const MATRICES = [
  { shape: [7, 3], chunks: [7, 3] },
  { shape: [40, 3], chunks: [4, 2] },
  { shape: [41, 5], chunks: [2, 5] },
  { shape: [6, 6], chunks: [2, 3] },
  { shape: [3, 20], chunks: [2, 6] },
  { shape: [4, 9], chunks: [4, 9] },
  { shape: [1, 1], chunks: [1, 1] },
];

const SQUARES = [
  { shape: [5, 5], chunks: [5, 5] },
  { shape: [9, 9], chunks: [3, 3] },
  { shape: [10, 10], chunks: [4, 3] },
  { shape: [1, 1], chunks: [1, 1] },
];

describe.each(ENGINES)("the %s engine", (engine) => {
  async function expectClose(actual: LazyArray, expected: LazyArray, digits = 12): Promise<void> {
    const [found, wanted] = (await array.compute(actual, expected, { engine })) as unknown as [
      NDArray,
      NDArray,
    ];
    expect(found.shape).toEqual(wanted.shape);
    const size = Math.max(1, ...Array.from(wanted.data as Float64Array, Math.abs));
    for (const [index, value] of wanted.data.entries()) {
      expect(Math.abs(Number(found.data[index]) - Number(value))).toBeLessThan(size * 10 ** -digits);
    }
  }

  const isTriangle = (x: LazyArray): Promise<void> => expectClose(array.tril(x, -1), x.multiply(0));

  it.each(MATRICES)(
    "gives orthogonal and triangular factors of $shape in $chunks",
    async ({ shape, chunks }) => {
      const x = noise(shape, chunks);
      const { q, r } = array.linalg.qr(x);
      const size = Math.min(...shape);
      expect([q.shape, r.shape]).toEqual([
        [shape[0], size],
        [size, shape[1]],
      ]);
      await expectClose(array.matmul(q, r), x);
      await expectClose(array.matmul(q.T, q), array.eye(size));
      await isTriangle(r);
    },
  );

  it.each(MATRICES)("gives singular values of $shape in $chunks", async ({ shape, chunks }) => {
    const x = noise(shape, chunks);
    const { u, s, vt } = array.linalg.svd(x);
    const size = Math.min(...shape);
    await expectClose(array.matmul(u.multiply(s), vt), x, 11);
    await expectClose(array.matmul(u.T, u), array.eye(size), 11);
    await expectClose(array.matmul(vt, vt.T), array.eye(size), 11);
    const values = (await s.compute({ engine })) as NDArray;
    expect([...values.data]).toEqual([...values.data].sort((a, b) => Number(b) - Number(a)));
    const sums = (await vt.sum({ axis: 1 }).compute({ engine })) as NDArray;
    expect([...sums.data].every((sum) => Number(sum) >= -1e-12)).toBe(true);
  });

  it("gives vectors to singular values that vanish", async () => {
    const x = array.outer(array.arange(1, 7), array.arange(1, 4));
    for (const matrix of [x, x.T, x.multiply(0)]) {
      const { u, s, vt } = array.linalg.svd(matrix.astype("float64"));
      await expectClose(array.matmul(u.multiply(s), vt), matrix.astype("float64"), 11);
      await expectClose(array.matmul(u.T, u), array.eye(3), 11);
      await expectClose(array.matmul(vt, vt.T), array.eye(3), 11);
    }
  });

  it("finds the largest singular values by random vectors", async () => {
    const scales = array.fromArray(Float64Array.from({ length: 12 }, (_, place) => 10 ** -place));
    const left = array.linalg.qr(noise([60, 12], [7, 12])).q;
    const right = array.linalg.qr(noise([30, 12], [9, 12])).q;
    const x = array.matmul(left.multiply(scales), right.T).rechunk([11, 13]);
    for (const iterator of ["power", "QR"] as const) {
      const found = array.linalg.svdCompressed(x, 3, { iterator, nPowerIter: 1, nOversamples: 5, seed: 3 });
      expect([found.u.shape, found.s.shape, found.vt.shape]).toEqual([[60, 3], [3], [3, 30]]);
      await expectClose(found.s, scales.slice(":3"), 9);
      await expectClose(array.matmul(found.u.multiply(found.s), found.vt), x, 2.5);
    }
  });

  it.each(SQUARES)("factors and solves square matrices of $shape in $chunks", async ({ shape, chunks }) => {
    const [size = 0] = shape;
    const x = noise(shape, chunks);
    const positive = array.matmul(x, x.T).add(array.eye(size));
    const lower = array.linalg.cholesky(positive, { lower: true });
    await expectClose(array.matmul(lower, lower.T), positive);
    await isTriangle(lower.T);
    await expectClose(array.linalg.cholesky(positive), lower.T);

    const { p, l, u } = array.linalg.lu(x);
    await expectClose(array.matmul(array.matmul(p, l), u), x, 9);
    await isTriangle(u);
    await isTriangle(l.T);
    await expectClose(array.diagonal(l), array.ones(size));

    const sides = noise([size, 4], [3, 2]);
    for (const right of [sides, sides.slice(":", 1)]) {
      await expectClose(array.matmul(positive, array.linalg.solve(positive, right)), right, 9);
      await expectClose(
        array.matmul(positive, array.linalg.solve(positive, right, { assumeA: "pos" })),
        right,
        9,
      );
      const triangle = array.linalg.solveTriangular(lower, right, { lower: true });
      await expectClose(array.matmul(lower, triangle), right, 9);
      const upper = array.linalg.solveTriangular(lower.T, right);
      await expectClose(array.matmul(lower.T, upper), right, 9);
      const unit = array.linalg.solveTriangular(l, right, { lower: true, unitDiagonal: true });
      await expectClose(array.matmul(l, unit), right, 9);
    }
    await expectClose(array.matmul(positive, array.linalg.inv(positive)), array.eye(size), 9);
  });

  it("solves least squares", async () => {
    const [a, b] = [noise([30, 4], [7, 3]), noise([30, 2], [30, 1])];
    const { x, residuals, rank, s } = array.linalg.lstsq(a, b);
    const misses = b.subtract(array.matmul(a, x));
    await expectClose(array.matmul(a.T, misses), array.zeros([4, 2]));
    await expectClose(residuals, misses.square().sum({ axis: 0 }));
    expect(await rank.compute({ engine })).toBe(4n);
    await expectClose(s, array.linalg.svd(a).s);
    const single = array.linalg.lstsq(a, b.slice(":", 0));
    await expectClose(single.x, x.slice(":", 0));
  });

  it("factors wide matrices by their first columns", async () => {
    const x = noise([3, 20], [2, 6]);
    const { q, r } = array.linalg.sfqr(x);
    expect([q.shape, r.shape]).toEqual([
      [3, 3],
      [3, 20],
    ]);
    await expectClose(array.matmul(q, r), x);
    await isTriangle(r);
  });

  it("keeps float32, and takes lengths that are not known yet", async () => {
    const x = noise([12, 3], [5, 3], "float32");
    const { q, r } = array.linalg.qr(x);
    expect([q.dtype, r.dtype]).toEqual(["float32", "float32"]);
    await expectClose(array.matmul(q, r), x, 5);
    const kept = noise([12, 3], [5, 3]).slice(array.arange(12).less(9));
    const factors = array.linalg.qr(kept);
    await expectClose(array.matmul(factors.q, factors.r), kept);
    expect(((await array.matmul(kept.T, kept).compute({ engine })) as NDArray).shape).toEqual([3, 3]);
  });

  it("factors singular matrices in one chunk, small ones and large ones", async () => {
    for (const size of [3, 40]) {
      const rows = noise([size, size], [size, size]);
      const singular = rows.setItem([":", 1], rows.slice(":", 0));
      for (const x of [singular, singular.multiply(0), array.ones([size, size], { chunks: -1 })]) {
        const { p, l, u } = array.linalg.lu(x);
        await expectClose(array.matmul(array.matmul(p, l), u), x);
        await isTriangle(u);
        await expectClose(array.diagonal(l), array.ones(size));
        expect(await array.diagonal(u).absolute().min().compute({ engine })).toBeLessThan(1e-12);
      }
    }
  });

  it("says which chunks on the diagonal are singular, but for the last", async () => {
    const ones = array.ones([4, 4], { chunks: 2 });
    const { u } = array.linalg.lu(ones);
    await expectRejection(u.compute({ engine }), "ARITHMETIC", "singular");
    const last = ones.add(array.diag(array.fromArray([1, 2, 0, 0])));
    const { p, l, u: upper } = array.linalg.lu(last);
    await expectClose(array.matmul(array.matmul(p, l), upper), last);
    for (const chunks of [1, 2, 4]) {
      const singular = last.rechunk(chunks);
      await expectRejection(array.linalg.inv(singular).compute({ engine }), "ARITHMETIC", "singular");
      const solution = array.linalg.solve(singular, array.ones(4));
      await expectRejection(solution.compute({ engine }), "ARITHMETIC", "singular");
      const factor = array.linalg.cholesky(ones.subtract(array.eye(4)).rechunk(chunks));
      await expectRejection(factor.compute({ engine }), "ARITHMETIC", "positive definite");
    }
  });

  it("says that one matrix of a stack is singular", async () => {
    const stack = array.stack([array.eye(3), array.ones([3, 3]), array.eye(3)]).rechunk([1, 2, 2]);
    expect(await array.linalg.det(stack).compute({ engine })).toEqual(
      expect.objectContaining({ shape: [3], data: Float64Array.of(1, 0, 1) }),
    );
    for (const x of [array.linalg.inv(stack), array.linalg.solve(stack, array.ones([3, 1]))]) {
      await expectRejection(x.compute({ engine }), "ARITHMETIC", "singular");
    }
  });

  it("says what has no answer", async () => {
    const negative = array.eye(3).multiply(-1);
    const singular = array.zeros([3, 3]);
    const failures = [
      ["positive definite", array.linalg.cholesky(negative)],
      ["singular", array.linalg.inv(singular)],
      ["singular", array.linalg.solveTriangular(singular, array.ones(3))],
    ] as const;
    for (const [text, matrix] of failures) {
      await expectRejection(matrix.compute({ engine }), "ARITHMETIC", text);
    }
  });
});

it("refuses what does not fit where it is written", () => {
  const x = array.ones([3, 4]);
  const expected = { code: "SHAPE_MISMATCH" };
  for (const wrong of [
    () => array.linalg.cholesky(x),
    () => array.linalg.lu(x),
    () => array.linalg.inv(x),
    () => array.linalg.solve(x, array.ones(3)),
    () => array.linalg.solve(array.eye(3), array.ones(4)),
    () => array.linalg.solve(array.eye(3), array.ones([2, 3, 1])),
    () => array.linalg.solve(array.ones([2, 3, 3]), array.ones([4, 3, 1])),
    () => array.linalg.solve(array.ones([2, 3, 3]), array.ones([2, 4, 1])),
    () => array.linalg.solve(array.ones([2, 3, 3]), array.ones(3), { assumeA: "pos" }),
    () => array.linalg.det(array.ones(3)),
    () => array.linalg.det(array.ones([3, 3, 2])),
    () => array.linalg.lstsq(x, array.ones(3)),
    () => array.linalg.qr(array.ones(3)),
    () => array.matmul(x, x),
    () => array.matmul(array.ones([3, 1]), array.ones([4, 2])),
    () => array.dot(x, array.ones(3)),
    () => array.tensordot(x, x, { axes: 1 }),
    () => array.einsum("ij,jk", x, x),
    () => array.einsum("ijk", x),
    () => array.einsum("ii", x),
  ]) {
    expect(wrong).toThrow(expect.objectContaining(expected));
  }
  for (const wrong of [
    () => array.einsum("ij->k", x),
    () => array.einsum("ij->ii", x),
    () => array.einsum("ij,jk", x),
    () => array.einsum("i1", x),
    () => array.tensordot(x, x, { axes: [[0, 1], [0]] }),
    () => array.linalg.norm(x, { ord: "nuc", axis: 0 }),
    () => array.linalg.svdCompressed(x, 0),
  ]) {
    expect(wrong).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  }
});
