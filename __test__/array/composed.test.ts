import { array, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";
import { expectError } from "../support/errors.js";

const { NaN: nan, POSITIVE_INFINITY: infinity, MAX_VALUE: greatest } = Number;
const of = (...values: number[]) => array.fromArray(Float64Array.from(values), { chunks: 2 });

describe.each(ENGINES)("with the %s engine", (engine) => {
  async function values(x: { compute(options: object): Promise<unknown> }): Promise<unknown[]> {
    return Array.from(((await x.compute({ engine })) as NDArray).data as ArrayLike<unknown>);
  }

  it("clips to either side or both", async () => {
    const x = array.arange(6);
    expect(await values(array.clip(x, 1, 4))).toEqual([1, 1, 2, 3, 4, 4]);
    expect(await values(array.clip(of(nan, -1, 9), null, 4))).toEqual([nan, -1, 4]);
    expect(await values(array.clip(x, of(3, 3, 3, 5, 5, 5), null))).toEqual([3, 3, 3, 5, 5, 5]);
  });

  it("replaces what is no number", async () => {
    const x = of(nan, infinity, -infinity, -0);
    expect(await values(array.nanToNum(x))).toEqual([0, greatest, -greatest, -0]);
    expect(await values(array.nanToNum(x, { nan: 1, posinf: 2, neginf: 3 }))).toEqual([1, 2, 3, -0]);
    const single = (await array.nanToNum(x.astype("float32")).compute({ engine })) as NDArray;
    expect([single.dtype, single.data[1]]).toEqual(["float32", 3.4028234663852886e38]);
  });

  it("tells infinities and missing values", async () => {
    const x = of(nan, infinity, -infinity, 1);
    expect(await values(array.isposinf(x))).toEqual([0, 1, 0, 0]);
    expect(await values(array.isneginf(x))).toEqual([0, 0, 1, 0]);
    expect(await values(array.isnull(x))).toEqual([1, 0, 0, 0]);
    expect(await values(array.notnull(x.astype("int32")))).toEqual([1, 1, 1, 1]);
  });

  it("compares with tolerance", async () => {
    const [a, b] = [of(1, nan, infinity, infinity, 1e10), of(1 + 1e-9, nan, infinity, -infinity, 1.00001e10)];
    expect(await values(array.isclose(a, b))).toEqual([1, 0, 1, 0, 1]);
    expect(await values(array.isclose(a, b, { equalNan: true, rtol: 0 }))).toEqual([1, 1, 1, 0, 0]);
    expect(await array.allclose(a, a, { equalNan: true }).compute({ engine })).toBe(true);
    const small = array.fromArray(Uint8Array.of(0, 3));
    expect(await values(array.isclose(small, bytesOf(1, 3)))).toEqual([0, 1]);
  });

  it("takes numbers apart", async () => {
    const [quotient, remainder] = array.divmod(of(7, -7), of(2, 2));
    expect([await values(quotient), await values(remainder)]).toEqual([
      [3, -4],
      [1, 1],
    ]);
    const [fraction, whole] = array.modf(of(1.25, -2.5, -infinity));
    expect([await values(fraction), await values(whole)]).toEqual([
      [0.25, -0.5, -0],
      [1, -2, -infinity],
    ]);
    const [mantissa, exponent] = array.frexp(of(8, -0.75, 0));
    expect([exponent.dtype, await values(mantissa), await values(exponent)]).toEqual([
      "int32",
      [0.5, -0.75, 0],
      [4, 0, 0],
    ]);
    const x = array.ldexp(of(1, 3).astype("float32"), array.fromArray(BigInt64Array.of(3n, -1n)));
    expect([x.dtype, await values(x)]).toEqual(["float32", [8, 1.5]]);
    expect(await values(array.floatPower(array.arange(1, 4), -1))).toEqual([1, 0.5, 1 / 3]);
  });

  it("rounds to decimals and to tens", async () => {
    expect(await values(array.round(of(1.25, 1.35, 2.5), 1))).toEqual([1.2, 1.4, 2.5]);
    expect(await values(array.round(of(0.5, 1.5, -2.5)))).toEqual([0, 2, -2]);
    const x = array.round(array.fromArray(Int32Array.of(15, 25, 14)), -1);
    expect([x.dtype, await values(x)]).toEqual(["int32", [20, 20, 10]]);
  });

  it("converts angles", async () => {
    expect(await values(array.deg2rad(of(180, 0)))).toEqual([Math.PI, 0]);
    expect(await values(array.degrees(of(Math.PI)))).toEqual([180]);
    expect(await values(array.sinc(of(0, 0.5)))).toEqual([1, 2 / Math.PI]);
  });

  it("chooses by conditions", async () => {
    const x = array.arange(6);
    expect(await values(array.select([x.less(3), x.greater(3)], [x, x.square()], 42))).toEqual([
      0, 1, 2, 42, 16, 25,
    ]);
    const y = of(-2, 0, 3);
    expect(await values(array.piecewise(y, [y.less(0), y.greater(0)], [(z) => z.negative(), 7]))).toEqual([
      2, 0, 7,
    ]);
    expect(await values(array.piecewise(y, [y.less(0)], [1, 5]))).toEqual([1, 5, 5]);
  });
});

function bytesOf(...values: number[]) {
  return array.fromArray(Uint8Array.of(...values));
}

it("refuses what makes no sense", () => {
  expectError(() => array.clip(of(1), null, null), "INVALID_ARGUMENT", "low");
  expectError(() => array.select([of(1)], []), "INVALID_ARGUMENT", "choices");
  expectError(() => array.piecewise(of(1), [of(1)], []), "INVALID_ARGUMENT", "pieces");
  expectError(() => array.ldexp(of(1), 0.5), "UNSUPPORTED_DTYPE", "exponent");
});
