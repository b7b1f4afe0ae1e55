import { array, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";
import { readOracle } from "../support/oracle.js";
import { expectSameValues } from "../support/same-values.js";
import { decodeValues, functionNamed } from "../support/values.js";

interface Exact {
  readonly x: readonly string[];
  readonly y?: readonly string[];
  readonly high: readonly string[];
  readonly low: readonly string[];
}

const EXACT = Object.entries(readOracle<Readonly<Record<string, Exact>>>("functions"));

function floats(digits: readonly string[]): Float64Array {
  return decodeValues("float64", digits).data as Float64Array;
}

async function apply(
  name: string,
  operands: readonly (Float32Array | Float64Array)[],
  engine: (typeof ENGINES)[number],
): Promise<Float32Array | Float64Array> {
  const arrays = operands.map((data) => array.fromArray(data, { chunks: 1000 }));
  const result = (await functionNamed(name)(...arrays).compute({ engine })) as NDArray;
  return result.data as Float64Array;
}

/** The distance to the next float away from 0. */
function ulpOf(value: number): number {
  return Math.max(2 ** (Math.floor(Math.log2(Math.abs(value))) - 52), 2 ** -1074);
}

/** Floats of every size, and all their edges. */
function anyFloats(count: number): Float64Array {
  let state = 1n;
  const bits = BigUint64Array.from({ length: count }, () => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return state ^ (state >> 29n);
  });
  const small = Array.from({ length: count }, (_, index) => (index - count / 2) / 97);
  const { POSITIVE_INFINITY: infinity, MAX_VALUE: greatest } = Number;
  const edges = [0, 1, 0.5, 2, infinity, greatest, 5e-324, 2 ** -1022, 709.79, 745.2, 1e6, 1e22, Number.NaN];
  return Float64Array.from([...new Float64Array(bits.buffer), ...small, ...edges, ...edges.map((x) => -x)]);
}

describe.each(EXACT)("%s", (name, exact) => {
  it.each(ENGINES)("is within 1 ulp of the exact value in the %s engine", async (engine) => {
    const operands = [exact.x, ...(exact.y === undefined ? [] : [exact.y])].map(floats);
    const found = await apply(name, operands, engine);
    const [high, low] = [floats(exact.high), floats(exact.low)];
    const errors = Array.from(found, (value, index) => {
      const nearest = high[index] ?? 0;
      return Math.abs(value - nearest - (low[index] ?? 0)) / ulpOf(nearest);
    });
    expect(errors.length).toBe(exact.x.length);
    expect(Math.max(...errors)).toBeLessThanOrEqual(1);
  });

  it("has the same bits in both engines, and in float32 those of the rounded double", async () => {
    const x = anyFloats(5000);
    const operands = exact.y === undefined ? [x] : [x, x.slice().reverse()];
    const native = await apply(name, operands, "native");
    expectSameValues(await apply(name, operands, "js"), native);

    const singles = operands.map((data) => Float32Array.from(data));
    const rounded = Float32Array.from(
      await apply(
        name,
        singles.map((data) => Float64Array.from(data)),
        "native",
      ),
    );
    for (const engine of ENGINES) expectSameValues(await apply(name, singles, engine), rounded);
  });
});
