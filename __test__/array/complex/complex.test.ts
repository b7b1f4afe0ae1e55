import { array, Complex, complex, type LazyArray, NDArray } from "bramble";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNpy } from "bramble/npy";
import { WAYS } from "../../support/engines.js";
import { expectError, expectRejection } from "../../support/errors.js";

const parts = Float64Array.of(1, 2, 3, -4, 0, 0.5, -1, 0, 2, 2, 7, -7);
const x = array.fromArray(parts, { shape: [2, 3], dtype: "complex128", chunks: [1, 2] });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(WAYS)("%s: complex arrays", (_, options) => {
  const compute = async (node: LazyArray): Promise<unknown> => {
    const result = await node.compute(options);
    return result instanceof NDArray ? result.toArray() : result;
  };

  it("give their parts interleaved", async () => {
    const result = await x.compute(options);
    expect([result.dtype, result.shape, [...result.data]]).toEqual(["complex128", [2, 3], [...parts]]);
    expect(result.get(0, 1)).toEqual(new Complex(3, -4));
    expect(result.size).toBe(6);
  });

  it("have no median where there are none, but NaN", async () => {
    const nothing = complex(Number.NaN, Number.NaN);
    const empty = x.slice("0:0");
    expect(await compute(array.median(empty))).toEqual(nothing);
    expect(await compute(array.median(empty, { axis: 0 }))).toEqual([nothing, nothing, nothing]);
    expect(await compute(array.median(empty, { axis: 0, keepdims: true }))).toEqual([
      [nothing, nothing, nothing],
    ]);
    expect(await compute(array.median(empty, { axis: 1 }))).toEqual([]);
  });

  it("are moved, sliced, masked and written over as others are", async () => {
    expect(await compute(x.T.slice("::-1", 0))).toEqual([complex(0, 0.5), complex(3, -4), complex(1, 2)]);
    expect(await compute(x.reshape([3, 2]).slice(2))).toEqual([complex(2, 2), complex(7, -7)]);
    expect(await compute(x.slice(x.imag.greater(1)))).toEqual([complex(1, 2), complex(2, 2)]);
    expect(await compute(x.slice(x.imag.greater(1)).sum())).toEqual(complex(3, 4));
    expect(await compute(x.slice(x.imag.greater(1)).add(array.arange(2)))).toEqual([
      complex(1, 2),
      complex(3, 2),
    ]);
    expect(await compute(x.setItem([0, ":"], complex(0, 1)).slice(":", 1))).toEqual([
      complex(0, 1),
      complex(2, 2),
    ]);
    expect(await compute(x.take([2, 0], { axis: 1 }).slice(1))).toEqual([complex(7, -7), complex(-1, 0)]);
    expect(await compute(array.pad(x.slice(0), 1, { constantValues: complex(0, 9) }).slice(0))).toEqual(
      complex(0, 9),
    );
  });

  it("are broadcast where one part alone has an operand", async () => {
    const column = array.ones([2, 1]);
    expect((await column.add(x.slice(0)).compute(options)).shape).toEqual([2, 3]);
    expect(await compute(array.fromParts(array.arange(2), column).slice(1))).toEqual([
      complex(0, 1),
      complex(1, 1),
    ]);
  });

  it("are reduced where a mask leaves nobody knows how many", async () => {
    const chosen = x.slice(x.imag.greaterEqual(0));
    expect(await compute(chosen.prod())).toEqual(complex(3, 1));
    expect(await compute(chosen.max())).toEqual(complex(2, 2));
    expect(await compute(chosen.argmax())).toEqual(3n);
    expect(await compute(chosen.cumprod().slice(-1))).toEqual(complex(3, 1));
  });

  it("go to functions of blocks, and come from them", async () => {
    const doubled = x.mapBlocks(
      (block) =>
        new NDArray(
          block.data.map((part) => 2 * part),
          block.shape,
          { dtype: block.dtype },
        ),
    );
    expect([doubled.dtype, await compute(doubled)]).toEqual(["complex128", await compute(x.multiply(2))]);
    const sizes = x.mapBlocks(
      ({ data, shape }) =>
        new NDArray(
          Float64Array.from({ length: data.length / 2 }, (_, n) => data[2 * n] ?? 0),
          shape,
        ),
      { dtype: "float64" },
    );
    expect(await compute(sizes)).toEqual(await compute(x.real));
    const places = x.real.mapBlocks(
      ({ shape }, { block, start, shape: lengths, numBlocks }) => {
        const found = [...block, ...start, ...lengths, ...numBlocks].join(" ");
        expect(found).toBe(`${block[0]} ${block[1]} ${start[0]} ${start[1]} 1 ${shape[1]} 2 2`);
        return new NDArray(Float32Array.of(...start, ...start).subarray(0, 2 * (shape[1] ?? 0)), shape, {
          dtype: "complex64",
        });
      },
      { dtype: "complex64" },
    );
    expect([places.dtype, await compute(places.slice(1))]).toEqual([
      "complex64",
      [complex(1, 0), complex(1, 0), complex(1, 2)],
    ]);
    const lengths = array.applyAlongAxis((line) => line.length, 1, x);
    expect(await compute(lengths)).toEqual([6, 6]);
    const total = array.reduction(x, {
      chunk: (block) => new NDArray(Float64Array.of(block.data[0] ?? 0, 1), [1, 1], { dtype: "complex128" }),
      aggregate: (parts) => {
        const sum = parts.reduce((sum, part) => sum + (part.data[1] ?? 0), 0);
        return new NDArray(Float64Array.of(sum, 0), [1, 1], { dtype: "complex128" });
      },
    });
    expect(await compute(total)).toEqual(complex(4, 0));
  });

  it("must come from functions as was said", async () => {
    const text = "gave float64 of shape [1, 2], its block should be complex128 of shape [1, 2]";
    await expectRejection(
      x
        .mapBlocks(({ shape }) => new NDArray(new Float64Array(2), shape) as never)
        .slice(":", ":2")
        .compute(options),
      "WRONG_RESULT",
      text,
    );
  });

  it("stay as they are when they are kept in memory", async () => {
    const kept = await x.multiply(complex(0, 1)).persist(options);
    expect(kept.dtype).toBe("complex128");
    expect(await compute(kept.slice(0))).toEqual([complex(-2, 1), complex(4, 3), complex(-0.5, 0)]);
  });

  it("go to .npy files and come back", async () => {
    const path = join(folder, `${options.engine}-${options.scheduler}-${options.numWorkers}.npy`);
    await x.astype("complex64").toNpy(path, { ...options, overwrite: true });
    const read = openNpy(path);
    expect([read.dtype, read.shape]).toEqual(["complex64", [2, 3]]);
    const again = await array.fromArray(read, { chunks: 2 }).compute(options);
    expect([...again.data]).toEqual([...parts]);
  });
});

describe("complex numbers", () => {
  it("are written as Python does", () => {
    expect([String(complex(1, -2)), inspect(complex(0, Number.NaN))]).toEqual(["(1-2j)", "(0+nanj)"]);
    expect(String(complex(-0, -0))).toBe("(-0-0j)");
  });

  it("may come from nested lists and other libraries", async () => {
    const list = await array.fromArray([[complex(1, 2)], [complex(3, 4)]]).compute();
    expect([list.dtype, [...list.data]]).toEqual(["complex128", [1, 2, 3, 4]]);
    expect(await array.ones(1).add({ re: 1, im: 1 }).sum().compute()).toEqual(complex(2, 1));
  });

  it("refuse what has no meaning for them, at once", () => {
    const refused = (run: () => unknown, text: string): void => expectError(run, "UNSUPPORTED_DTYPE", text);
    refused(() => x.floorDivide(2), "`floorDivide` has no meaning for dtype complex128");
    refused(() => array.quantile(x, 0.5), "`quantile` has no meaning for dtype complex128");
    refused(() => array.nanmedian(x), "`nanmedian` has no meaning for dtype complex128");
    refused(() => x.astype("float64"), "the imaginary part would be lost");
    refused(() => array.fromParts(x, 1), "real parts for `re` and `im`");
  });

  it("need pairs of floats of their size", () => {
    expectError(
      () => new NDArray<"complex128">(Float32Array.of(1, 2) as never, [1], { dtype: "complex128" }),
      "INVALID_ARGUMENT",
      "the dtype of the data, float32",
    );
    expectError(
      () => array.fromArray(parts, { shape: [12], dtype: "complex128" }),
      "SHAPE_MISMATCH",
      "has 12 elements, but the data has 6",
    );
  });
});
