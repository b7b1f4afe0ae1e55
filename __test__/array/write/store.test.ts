import { array, NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../../support/engines.js";
import { expectRejection } from "../../support/errors.js";

const x = array.fromArray(
  Float64Array.from({ length: 12 }, (_, index) => index + 0.5),
  { shape: [3, 4], chunks: 2 },
);

describe.each(ENGINES)("store in the %s engine", (engine) => {
  it("copies to memory of any layout, in its dtype", async () => {
    const data = new Int32Array(12);
    await x.store(new NDArray(data, [3, 4], { strides: [1, 3] }), { engine });
    expect([...data]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    const sums = new Float64Array(4);
    await x.sum({ axis: 0 }).store(sums, { engine });
    expect([...sums]).toEqual([13.5, 16.5, 19.5, 22.5]);
    const number = new NDArray(new Float32Array(1), []);
    await x.max().store(number, { engine });
    expect(number.item()).toBe(11.5);
  });

  it("writes regions of several targets in one run", async () => {
    const whole = new NDArray(new Float64Array(30), [5, 6]);
    const flags = new Uint8Array(7);
    await array.store([x, x.greater(5).any({ axis: 1 })], [whole, flags], {
      regions: [["1:4", "4:0:-1"], ["::3"]],
      engine,
    });
    expect(whole.toArray()).toEqual([
      [0, 0, 0, 0, 0, 0],
      [0, 3.5, 2.5, 1.5, 0.5, 0],
      [0, 7.5, 6.5, 5.5, 4.5, 0],
      [0, 11.5, 10.5, 9.5, 8.5, 0],
      [0, 0, 0, 0, 0, 0],
    ]);
    expect([...flags]).toEqual([0, 0, 0, 1, 0, 0, 1]);
  });
});

describe("store", () => {
  it("refuses what does not fit, and writes nothing then", async () => {
    const target = new NDArray(new Float64Array(12), [4, 3]);
    await expectRejection(
      x.store(target),
      "SHAPE_MISMATCH",
      "(3, 4) does not fit `targets[0]`, whose shape is (4, 3)",
    );
    await expectRejection(array.store([x], []), "INVALID_ARGUMENT", "one for each array");
    await expectRejection(x.store([] as never), "INVALID_ARGUMENT", "an NDArray, a typed array");
    await expectRejection(x.store(target, { regions: [[null]] }), "INVALID_ARGUMENT", "without new axes");
    expect(target.data.every((value) => value === 0)).toBe(true);
  });
});
