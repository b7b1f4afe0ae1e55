import { array, type ComputedBlock, delayed, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { WAYS } from "../support/engines.js";
import { expectError, expectRejection } from "../support/errors.js";

async function all(blocks: AsyncIterable<ComputedBlock>): Promise<ComputedBlock[]> {
  const found: ComputedBlock[] = [];
  for await (const block of blocks) found.push(block);
  return found;
}

describe.each(WAYS)("%s: each block", (_, options) => {
  const x = array.arange(35).reshape([5, 7]).rechunk([2, 3]);

  it("comes in row-major order with where it lies, and has the bits of the whole", async () => {
    const y = x
      .divide(3)
      .subtract(x.mean({ axis: 0 }))
      .add(x.std());
    const whole = (await y.compute(options)).toArray() as number[][];
    const found = await all(y.eachBlock(options));
    expect(found.map(({ index }) => index)).toEqual(
      [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => [row, column])),
    );
    for (const { block, index, start } of found) {
      const [row = 0, column = 0] = start;
      expect(start).toEqual([2 * (index[0] ?? 0), 3 * (index[1] ?? 0)]);
      const [rows = 0, columns = 0] = block.shape;
      const expected = whole.slice(row, row + rows).map((line) => line.slice(column, column + columns));
      expect(block.toArray()).toEqual(expected);
    }
  });

  it("is that of arrays of every kind", async () => {
    const kept = await all(x.slice(x.greater(30)).eachBlock(options));
    expect(kept.flatMap(({ block }) => [...block.data])).toEqual([31, 32, 33, 34]);
    const sum = await all(x.sum().eachBlock(options));
    expect(sum.map(({ block, index, start }) => [block.item(), block.shape, index, start])).toEqual([
      [595, [], [], []],
    ]);
    const complex = array.fromParts(x.slice(0), x.slice(1)).subtract(array.fromParts(x.mean(), 1));
    const parts = await all(complex.eachBlock(options));
    expect(parts.map(({ block }) => [block.dtype, block.shape[0]])).toEqual([
      ["complex128", 3],
      ["complex128", 3],
      ["complex128", 1],
    ]);
    expect(await all(array.zeros([0]).eachBlock(options))).toHaveLength(1);
    const plain: NDArray[] = [];
    for await (const block of x.rechunk([5, 4])) plain.push(block);
    expect(plain.map(({ shape }) => shape)).toEqual([
      [5, 4],
      [5, 3],
    ]);
  });
});

describe("blocks that are taken one by one", () => {
  /** An array of one-element blocks that counts how many were made. */
  function counted(size: number): { x: ReturnType<typeof array.fromDelayed>; made: () => number } {
    let count = 0;
    const make = delayed((value: number) => {
      count += 1;
      return Float64Array.of(value);
    });
    const parts = Array.from({ length: size }, (_, number) =>
      array.fromDelayed(make(number), { shape: [1], dtype: "float64" }),
    );
    return { x: array.concatenate(parts), made: () => count };
  }
  const options = { scheduler: "sync", numWorkers: 2 } as const;

  it("are computed a window ahead of whoever takes them, and no further", async () => {
    const { x, made } = counted(20);
    let taken = 0;
    for await (const { block } of x.eachBlock(options)) {
      expect(block.data[0]).toBe(taken);
      taken += 1;
      expect(made()).toBeLessThanOrEqual(taken + 3);
      if (taken === 5) break;
    }
    expect(made()).toBeLessThanOrEqual(8);
  });

  it("end with the error of a block when its turn comes, or of a signal", async () => {
    const fails = array.arange(6, { chunks: 1 }).mapBlocks((block) => {
      if (block.data[0] === 4) throw new RangeError("the fifth");
      return block;
    });
    const seen: number[] = [];
    const walk = async (): Promise<void> => {
      for await (const { block } of fails.eachBlock(options)) seen.push(Number(block.data[0]));
    };
    await expect(walk()).rejects.toThrow("the fifth");
    expect(seen).toEqual([0, 1, 2, 3]);
    await expect(array.ones([3]).eachBlock({ signal: AbortSignal.abort() }).next()).rejects.toThrow(
      "aborted",
    );
  });

  it("refuse options that there are not", async () => {
    expectError(() => array.ones([3]).eachBlock({ window: 3 } as never), "INVALID_ARGUMENT", "`options`");
    await expectRejection(
      array.ones([3]).eachBlock({ numWorkers: 0 }).next(),
      "INVALID_ARGUMENT",
      "`options.numWorkers`",
    );
  });
});
