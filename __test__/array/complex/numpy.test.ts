import { array, type DType, type LazyArray, NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { promote } from "../../../dist/dtype/index.js";
import { describeCases } from "../../support/numpy-cases.js";
import { readOracle } from "../../support/oracle.js";
import { decodeValues, type OracleValues } from "../../support/values.js";

interface Oracle {
  readonly promote: Record<string, Record<string, string>>;
  readonly printed: readonly {
    readonly dtype: DType;
    readonly shape: number[];
    readonly values: OracleValues;
    readonly text: string;
  }[];
}

const oracle = readOracle<Oracle>("complex");

describeCases("complex", {
  norm: (...args) => array.linalg.norm(...(args as [LazyArray])),
});

describe("complex numbers", () => {
  it("have NumPy's promotion", () => {
    for (const [a, row] of Object.entries(oracle.promote)) {
      for (const [b, expected] of Object.entries(row)) {
        expect([a, b, promote(a as DType, b as DType)]).toEqual([a, b, expected]);
      }
    }
  });

  it("are printed as NumPy prints them", () => {
    for (const { dtype, shape, values, text } of oracle.printed) {
      const { data } = decodeValues(dtype, values);
      expect(String(new NDArray(data as Float64Array, shape, { dtype: dtype as "complex128" }))).toBe(text);
    }
  });
});
