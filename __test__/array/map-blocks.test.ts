import { array, type BlockInfo, type ComputeOptions, currentTask, NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { WAYS } from "../support/engines.js";
import { expectError, expectRejection } from "../support/errors.js";

const x = array.arange(0, 12, 1, { chunks: 5 });
const grid = array.fromArray(
  Float64Array.from({ length: 24 }, (_, i) => i),
  { shape: [4, 6], chunks: [2, 3] },
);

describe.each(WAYS)("functions of blocks by %s", (_, options: ComputeOptions) => {
  it("get each block and give another", async () => {
    const doubled = (await x.mapBlocks((block) => block.data.map((v) => v * 2)).compute(options)) as NDArray;
    expect([...doubled.data]).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
    // Kernels read what functions give, and functions read what kernels give.
    const sum = await x
      .add(1)
      .mapBlocks((block) => block.data.map((v) => v * 2))
      .sum()
      .compute(options);
    expect(sum).toBe(156);
  });

  it("are told where their block lies", async () => {
    const rows = (
      block: NDArray,
      { start: [row = 0], shape, numBlocks, block: [number = 0] }: BlockInfo,
    ): NDArray =>
      new NDArray(
        Float64Array.from(block.data as Float64Array).fill(row * 100 + number * 10 + (numBlocks[1] ?? 0)),
        shape,
      );
    const result = (await grid.mapBlocks(rows).compute(options)) as NDArray;
    expect([...new Set(result.data as Float64Array)]).toEqual([2, 212]);
  });

  it("change dtypes, lengths and axes", async () => {
    const counts = x.mapBlocks((block) => Int32Array.of(block.size), { dtype: "int32", chunks: [1] });
    expect([counts.shape, counts.dtype]).toEqual([[3], "int32"]);
    expect([...((await counts.compute(options)) as NDArray).data]).toEqual([5, 5, 2]);

    const sumRow = (block: NDArray): Float64Array =>
      Float64Array.from(block.toArray() as number[][], (row) => row.reduce((a, b) => a + b));
    const sums = grid.mapBlocks(sumRow, { dropAxis: 1 });
    expect(sums.chunks).toEqual([[2, 2]]);
    expect([...((await sums.compute(options)) as NDArray).data]).toEqual([15, 51, 87, 123]);

    const raise = (block: NDArray): NDArray => new NDArray(block.data, [1, ...block.shape]);
    const raised = x.mapBlocks(raise, { newAxis: 0 });
    expect(raised.shape).toEqual([1, 12]);
    expect(((await raised.compute(options)) as NDArray).get(0, 11)).toBe(11);

    const total = x.rechunk(-1).mapBlocks((block) => block.size, { dropAxis: 0 });
    expect(await total.compute(options)).toBe(12);
  });

  it("read blocks of several arrays, and whatever else they are given", async () => {
    const row = array.fromArray(Float64Array.of(10, 20, 30, 40, 50, 60), { chunks: 3 });
    const add = (a: NDArray, b: NDArray, k: number): NDArray =>
      new NDArray(
        (a.data as Float64Array).map((v, i) => v + k * ((b.data[i % 3] as number) ?? 0)),
        a.shape,
      );
    const result = (await array.mapBlocks(add, [grid, row, 2]).compute(options)) as NDArray;
    expect(result.get(0, 0)).toBe(20);
    expect(result.get(3, 5)).toBe(23 + 120);
  });

  it("name axes by letters", async () => {
    const [a, b] = [x.slice("0:3").rechunk(2), x.slice("0:4").rechunk(2)];
    const outer = (p: NDArray, q: NDArray): NDArray =>
      new NDArray(
        Float64Array.from({ length: p.size * q.size }, (_, i) => {
          return (p.data[Math.floor(i / q.size)] as number) * (q.data[i % q.size] as number);
        }),
        [p.size, q.size],
      );
    const product = array.blockwise(outer, "ij", [
      [a, "i"],
      [b, "j"],
    ]);
    expect(product.chunks).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(((await product.compute(options)) as NDArray).get(2, 3)).toBe(6);

    const rowSums = (blocks: NDArray | readonly NDArray[]): Float64Array => {
      const list = Array.isArray(blocks) ? (blocks as readonly NDArray[]) : [blocks as NDArray];
      const sums = new Float64Array(list[0]?.shape[0] ?? 0);
      for (const block of list) {
        for (const [i, line] of (block.toArray() as number[][]).entries()) {
          sums[i] = (sums[i] ?? 0) + line.reduce((p, q) => p + q);
        }
      }
      return sums;
    };
    for (const concatenate of [true, false]) {
      const sums = array.blockwise(rowSums, "i", [[grid, "ij"]], { concatenate });
      expect([...((await sums.compute(options)) as NDArray).data]).toEqual([15, 51, 87, 123]);
    }
  });

  it("may write to their blocks, and nobody else sees it", async () => {
    const data = Float64Array.of(1, 2, 3, 4);
    const y = array.fromArray(data, { chunks: 2 }).add(0);
    const spoil = (block: NDArray<"float64">): NDArray<"float64"> => {
      block.data.fill(7);
      return block;
    };
    const [spoilt, kept] = await array.compute(y.mapBlocks(spoil), y.multiply(1), options);
    expect([...spoilt.data]).toEqual([7, 7, 7, 7]);
    expect([...kept.data]).toEqual([1, 2, 3, 4]);
    expect([...data]).toEqual([1, 2, 3, 4]);
    await array.fromArray(data, { chunks: 2 }).mapBlocks(spoil).compute(options);
    expect([...data]).toEqual([1, 2, 3, 4]);
  });

  it("may be async", async () => {
    const later = async (block: NDArray<"float64">): Promise<Float64Array> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return block.data.map((v) => -v);
    };
    expect(await x.mapBlocks(later).min().compute(options)).toBe(-11);
  });

  it("reject with what they throw, saying which block it was", async () => {
    const broken = (block: NDArray<"float64">, { block: [number] }: BlockInfo): Float64Array => {
      if (number === 1) throw new RangeError("broken", { cause: "block 1" });
      return block.data;
    };
    const failing = x.mapBlocks(broken).sum().compute(options);
    await expect(failing).rejects.toBeInstanceOf(RangeError);
    await expect(failing).rejects.toMatchObject({
      message: "broken",
      cause: "block 1",
      task: { layer: expect.stringContaining("mapBlocks") as string, block: [1] },
    });
    const rude = (): never => {
      // oxlint-disable-next-line typescript/only-throw-error -- People do.
      throw "no";
    };
    await expectRejection(x.mapBlocks(rude).compute(options), "TASK_FAILED", "A task threw 'no'");
  });

  it("reject blocks that are not what was said", async () => {
    // Of equal blocks, for any may be the first to fail.
    const even = array.arange(0, 15, 1, { chunks: 5 });
    const text = "gave float64 of shape [3], its block should be float64 of shape [5]";
    await expectRejection(even.mapBlocks(() => new Float64Array(3)).compute(options), "WRONG_RESULT", text);
    const other = even.mapBlocks((block) => Int8Array.from(block.data) as never).compute(options);
    await expectRejection(other, "WRONG_RESULT", "gave int8 of shape [5]");
    const words = even.mapBlocks(() => "words" as never).compute(options);
    await expectRejection(
      words,
      "WRONG_RESULT",
      "must give an NDArray, a typed array or a number, and gave 'words'",
    );
  });

  it("are told when nobody wants their result", async () => {
    const wait = async (): Promise<Float64Array> => {
      const signal = currentTask()?.signal;
      await new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(new Error("stopped")));
      });
      return new Float64Array(5);
    };
    const reason = new Error("enough");
    const computation = x.mapBlocks(wait).compute({ ...options, signal: AbortSignal.timeout(50) });
    await expect(computation).rejects.toMatchObject({ name: "TimeoutError" });
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    await expect(x.mapBlocks(wait).compute({ ...options, signal: controller.signal })).rejects.toBe(reason);
  });

  it("are given up if they do not listen", async () => {
    const deaf = (): Promise<Float64Array> => new Promise(() => {});
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 20);
    await expect(x.mapBlocks(deaf).compute({ ...options, signal: controller.signal })).rejects.toBe("enough");
  });
});

describe("functions of blocks", () => {
  it("are checked where they are written", () => {
    expectError(() => x.mapBlocks(3 as never), "INVALID_ARGUMENT", "a function for `f`");
    expectError(() => array.mapBlocks(() => 1, [1, 2]), "INVALID_ARGUMENT", "at least one lazy array");
    const y = x.rechunk(3);
    expectError(() => array.mapBlocks(() => 1, [x, y]), "SHAPE_MISMATCH", "has 3 and 4 blocks");
    const f = (block: NDArray<"float64">): NDArray<"float64"> => block;
    expectError(() => x.mapBlocks(f, { dropAxis: 1 }), "OUT_OF_BOUNDS", "options.dropAxis");
    expectError(() => x.mapBlocks(f, { chunks: [[1, 2]] }), "INVALID_CHUNKS", "there are 3 blocks");
    expectError(() => x.mapBlocks(f, { chunks: [] }), "INVALID_ARGUMENT", "for 1 axes");
    expectError(() => x.mapBlocks(f, { axis: 1 } as never), "INVALID_ARGUMENT", "no option `axis`");
    expectError(() => array.blockwise(f as never, "i", [[x, "ij"]]), "SHAPE_MISMATCH", "names 2 axes");
    expectError(() => array.blockwise(f as never, "ii", [[x, "i"]]), "INVALID_ARGUMENT", "different letters");
    const short = x.slice("0:3");
    const pairs = [
      [x, "i"],
      [short, "i"],
    ] as const; // prettier-ignore
    expectError(() => array.blockwise(f as never, "i", pairs), "SHAPE_MISMATCH", "has lengths 12 and 3");
  });

  it("are not called before the array is computed, and their graph does not grow with the blocks", () => {
    const never = (): never => {
      throw new Error("called");
    };
    const huge = array.ones([1e12], { chunks: 1e3 }).mapBlocks(never);
    expect(huge.numblocks).toEqual([1e9]);
  });
});
