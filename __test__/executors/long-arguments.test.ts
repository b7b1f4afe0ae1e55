import { describe, expect, test } from "vitest";
import { delayed } from "bramble";

/** Bytes that travel beside the rest of what tasks call. */
const LONG = 2 ** 16;

describe.each(["threads", "processes"] as const)("with %s", (scheduler) => {
  const options = { scheduler, numWorkers: 1 };

  test("long data and short come in their places", async () => {
    const data = [
      new Float64Array(LONG / 8).fill(1),
      Uint8Array.of(2, 3),
      new Uint8Array(0),
      new Float32Array(LONG).fill(4),
      Int16Array.of(5),
      new Uint8Array(LONG - 1).fill(6),
    ];
    const same = delayed((...views: unknown[]) => views)(...data);
    expect(await same.compute(options)).toEqual(data);
  });

  test("a function writes to an argument of its own", async () => {
    const long = new Float64Array(LONG).fill(1);
    const filled = delayed((x: Float64Array, value: number) => x.fill(value));
    const [two, three] = await delayed.compute(filled(long, 2), filled(long.slice(), 3), options);
    expect([two[0], two.at(-1), three[0]]).toEqual([2, 2, 3]);
    expect(long.every((element) => element === 1)).toBe(true);
  });

  test("views of one memory stay views of one memory", async () => {
    const memory = new Float64Array(LONG);
    const see = delayed((head: Float64Array, whole: Float64Array) => {
      head[0] = 7;
      return [whole[0], head.buffer === whole.buffer, head.length, whole.length];
    });
    const seen = await see(memory.subarray(0, 8), memory).compute(options);
    expect(seen).toEqual([7, true, 8, LONG]);
    expect(memory[0]).toBe(0);
  });

  test("data in memory that others share, or that may shrink", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(LONG)).fill(1);
    const resizable = Reflect.construct(ArrayBuffer, [LONG, { maxByteLength: 2 * LONG }]) as ArrayBuffer;
    const shrinking = new Uint8Array(resizable).fill(2);
    const sum = delayed((...views: Uint8Array[]) => views.map((view) => view.reduce((a, b) => a + b)));
    expect(await sum(shared, shrinking).compute(options)).toEqual([LONG, 2 * LONG]);
  });

  test("runs at the same time have more data than a worker keeps", async () => {
    const slowly = delayed(async (x: Float64Array) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return x[0] ?? Number.NaN;
    });
    const sums = Array.from({ length: 8 }, (_, number) => {
      const long = new Float64Array(2 ** 19).fill(number);
      return delayed((...xs: readonly number[]) => xs.reduce((a, b) => a + b))(
        slowly(long),
        slowly(long),
        number,
      );
    });
    const results = await Promise.all(sums.map((sum) => sum.compute(options)));
    expect(results).toEqual(sums.map((_, number) => 3 * number));
  });

  test("long data that a function captures", async () => {
    const table = new Float64Array(LONG).fill(0.5);
    const total = delayed(() => table.reduce((a, b) => a + b));
    expect(await total().compute(options)).toBe(LONG / 2);
  });
});
