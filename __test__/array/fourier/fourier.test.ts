import { array, type LazyArray, type NDArray } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../../support/engines.js";
import { expectError } from "../../support/errors.js";

const { fft } = array;

/** The largest size of a difference. */
async function distance(a: LazyArray, b: LazyArray, engine: "js" | "native"): Promise<number> {
  return Number(await a.subtract(b).absolute().max().compute({ engine }));
}

describe.each(ENGINES)("the %s engine", (engine) => {
  it("takes transforms back, of any length and however the other axes are cut", async () => {
    const lengths = fc.integer({ min: 1, max: 70 });
    const draws = fc.record({
      rows: fc.integer({ min: 1, max: 6 }),
      length: lengths,
      chunk: fc.integer({ min: 1, max: 6 }),
      norm: fc.constantFrom("backward", "ortho", "forward"),
      values: fc.infiniteStream(fc.float({ min: -100, max: 100, noNaN: true })),
    });
    await fc.assert(
      fc.asyncProperty(draws, async ({ rows, length, chunk, norm, values }) => {
        const data = Float64Array.from(values.take(2 * rows * length));
        const x = array.fromArray(data, { shape: [rows, length], dtype: "complex128", chunks: [chunk, -1] });
        expect(await distance(fft.ifft(fft.fft(x, { norm }), { norm }), x, engine)).toBeLessThan(1e-10);
        const halves = fft.rfft(x.real, { norm });
        expect(await distance(fft.irfft(halves, { n: length, norm }), x.real, engine)).toBeLessThan(1e-10);
        const whole = fft.fft(x.real, { norm }).slice(":", `0:${Math.floor(length / 2) + 1}`);
        expect(await distance(halves, whole, engine)).toBeLessThan(1e-8);
      }),
      { numRuns: 40 },
    );
  });

  it("transforms what a mask leaves once its length is known", async () => {
    const x = array.arange(10, { chunks: 3 });
    const kept = x.slice(x.less(4)).rechunk(-1);
    const result = await fft.fft(kept).compute({ engine });
    expect((result as NDArray).shape).toEqual([4]);
    expect((result as NDArray<"complex128">).get(0)).toEqual({ re: 6, im: 0 });
  });
});

describe("transforms", () => {
  const x = array.ones([4, 6], { chunks: [2, 3] });

  it("give the bits of one scheduler on all", async () => {
    const y = fft.fft(array.random.defaultRng(3).random([40, 30], { chunks: [7, 30] }));
    const [first, ...others] = await Promise.all(
      [{ scheduler: "sync" } as const, { numWorkers: 1 }, { numWorkers: 3 }].map((options) =>
        y.compute({ engine: "native", ...options }),
      ),
    );
    for (const other of others) expect(other.data).toEqual(first?.data);
  });

  it("say what they need", () => {
    expectError(() => fft.fft(x), "INVALID_CHUNKS", "all of axis 1 in one chunk, but it has 2");
    expectError(() => fft.fft(x), "INVALID_CHUNKS", 'x.rechunk(["auto", -1])');
    expectError(() => fft.fftn(x), "INVALID_CHUNKS", "axis 1");
    expectError(() => fft.rfft(x.add({ re: 0, im: 1 })), "UNSUPPORTED_DTYPE", "`rfft` takes real elements");
    expectError(() => fft.fft(x, { axis: 2 }), "OUT_OF_BOUNDS", "options.axis");
    expectError(() => fft.fft(x, { n: 0 }), "INVALID_ARGUMENT", "options.n");
    expectError(() => fft.fft(x, { norm: "none" as never }), "INVALID_ARGUMENT", "options.norm");
    expectError(() => fft.fftn(x, { s: [2], axes: [0, 1] }), "INVALID_ARGUMENT", "2 lengths");
    expectError(() => fft.irfft(array.ones([3, 1])), "INVALID_ARGUMENT", "an element at least along axis 1");
  });
});
