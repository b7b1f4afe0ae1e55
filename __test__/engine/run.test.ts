import { array, type ComputeOptions, type LazyArray, type NDArray, type ProgressEvent } from "bramble";
import { describe, expect, it } from "vitest";
import { WAYS } from "../support/engines.js";
import { expectRejection } from "../support/errors.js";

describe.each(WAYS)("running by %s", (_, options: ComputeOptions) => {
  it("computes numbers and empty arrays", async () => {
    expect(await array.full([], 2n, { dtype: "int64" }).add(1n).compute(options)).toBe(3n);
    expect(await array.zeros([]).sum().compute(options)).toBe(0);
    const empty = (await array.ones([0, 3]).add(1).compute(options)) as NDArray;
    expect([empty.shape, empty.size]).toEqual([[0, 3], 0]);
    expect(await array.ones([0]).sum().compute(options)).toBe(0);
    expect(await array.ones([0]).mean().compute(options)).toBeNaN();
  });

  it("computes chains of many layers", async () => {
    let x: LazyArray = array.arange(0, 10, 1, { chunks: 3 });
    for (let i = 0; i < 3000; i += 1) x = x.add(1);
    expect(await x.sum().compute(options)).toBe(45 + 30_000);
  });

  it("leaves the data alone that it was given", async () => {
    const data = Float64Array.of(1, 2, 3);
    const computed = (await array.fromArray(data).compute(options)) as NDArray;
    expect(computed.data.buffer).not.toBe(data.buffer);
    (computed.data as Float64Array).fill(0);
    expect([...data]).toEqual([1, 2, 3]);
  });

  it("computes several arrays at once", async () => {
    const x = array.arange(0, 1000, 1, { chunks: 100 });
    const [sum, squares, again] = await array.compute(x.sum(), x.square(), x.sum(), options);
    expect([sum, again]).toEqual([499_500, 499_500]);
    expect((squares as NDArray).get(31)).toBe(961);
  });

  it("says which block of which layer failed", async () => {
    const exponents = array.fromArray(BigInt64Array.of(1n, 2n, -3n, 4n), { chunks: 2 });
    const power = array.power(array.ones([4], { dtype: "int64", chunks: 2 }), exponents);
    const failure = power.sum().compute(options);
    await expectRejection(failure, "ARITHMETIC", "Integers to negative integer powers are not allowed");
    await expect(failure).rejects.toMatchObject({ block: [1], layer: expect.any(String) as string });
  });

  it("tells how far it is, up to the end", async () => {
    const events: ProgressEvent[] = [];
    const x = array.arange(0, 20_000, 1, { chunks: 100 }).add(1).sum({ axis: 0 });
    await x.compute({ ...options, onProgress: (batch) => events.push(...batch) });
    const last = new Map(events.map((event) => [event.layer, event]));
    expect(last.size).toBeGreaterThan(0);
    for (const { done, total } of last.values()) expect(done).toBe(total);
  });

  it("rejects with what a listener throws", async () => {
    const broken = new Error("broken listener");
    const onProgress = (): never => {
      throw broken;
    };
    await expect(
      array
        .ones([10])
        .sum()
        .compute({ ...options, onProgress }),
    ).rejects.toBe(broken);
  });

  it("stops soon, with the reason", async () => {
    const reason = new Error("enough");
    const long = array.arange(0, 2e9, 1, { chunks: 100_000 }).sin().sum();
    const controller = new AbortController();
    const computation = long.compute({ ...options, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 100);
    await expect(computation).rejects.toBe(reason);
    await expect(long.compute({ ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("makes only blocks that are wanted", async () => {
    const huge = array.arange(0, 2 ** 50, 1, { chunks: 1000 }).multiply(2);
    const few = (await huge.slice("1000000:1000003").compute(options)) as NDArray;
    expect([...few.data]).toEqual([2_000_000, 2_000_002, 2_000_004]);
  });

  it("refuses arrays that no memory holds", async () => {
    const failure = array
      .ones([2 ** 48], { chunks: 2 ** 48 })
      .add(1)
      .compute(options);
    await expectRejection(failure, "OUT_OF_MEMORY", "");
  });
});

describe("memory of the js engine", () => {
  it("holds few blocks at a time, of arrays that are read twice too", async () => {
    const x = array.arange(0, 2 ** 24, 1, { chunks: 2 ** 18 }).multiply(0.5);
    let most = 0;
    const onProgress = (): void => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    };
    const [mean, max] = await array.compute(x.mean(), x.max(), { engine: "js", onProgress });
    expect([mean, max]).toEqual([(2 ** 24 - 1) / 4, (2 ** 24 - 1) / 2]);
    // The array has 128 MiB.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(100 * 2 ** 20);
  });
});
