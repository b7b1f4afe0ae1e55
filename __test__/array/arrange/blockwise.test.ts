import { array, type Chunks, type ErrorCode, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../../support/engines.js";
import { expectError } from "../../support/errors.js";
import { readOracle } from "../../support/oracle.js";
import { lazy } from "../../support/values.js";

interface Case {
  readonly values: readonly number[];
  readonly chunks: readonly (readonly number[])[];
  readonly shape: readonly number[];
  /** Whether the chunks of the result are given. */
  readonly given: boolean;
  readonly result: { readonly chunks: readonly (readonly number[])[]; readonly values: readonly number[] };
}

const { cases } = readOracle<{ readonly cases: readonly Case[] }>("blocks");

describe.each(ENGINES)("blocks that are reshaped one by one by %s", (engine) => {
  it.each(cases)("are what Dask makes of them: $chunks to $shape", async (oracle) => {
    const lengths = oracle.chunks.map((axis) => axis.reduce((sum, length) => sum + length, 0));
    const x = lazy("int32", Int32Array.from(oracle.values), lengths, oracle.chunks as Chunks);
    const options = oracle.given ? { chunks: oracle.result.chunks as Chunks } : {};
    const reshaped = array.reshapeBlockwise(x, oracle.shape, options);
    expect(reshaped.chunks).toEqual(oracle.result.chunks);
    expect(elements(await reshaped.compute({ engine }))).toEqual(oracle.result.values);
  });

  it("have lengths that are not known before", async () => {
    const x = array.arange(24).reshape([6, 4]).rechunk([2, 3]);
    const some = x.slice(x.slice(":", 0).greater(3));
    const flat = array.reshapeBlockwise(some, -1);
    const expected = [
      [4, 5, 6, 7],
      [8, 9, 10, 12, 13, 14, 11, 15],
      [16, 17, 18, 20, 21, 22, 19, 23],
    ];
    expect(elements(await flat.compute({ engine }))).toEqual(expected.flat());
  });

  it("may be of many chunks", async () => {
    const x = array.arange(1_000_000).reshape([1000, 1000]).rechunk(20);
    const flat = array.reshapeBlockwise(x, -1);
    expect(flat.numblocks).toEqual([2500]);
    const back = array.reshapeBlockwise(flat, [1000, 1000], { chunks: 20 });
    expect(await array.allclose(back, x).compute({ engine })).toBe(true);
    expect((await flat.slice("395:405").compute({ engine })).toArray()).toEqual([
      ...Array.from({ length: 5 }, (_, k) => 19_015 + k),
      ...Array.from({ length: 5 }, (_, k) => 20 + k),
    ]);
  });
});

function elements({ data }: NDArray): number[] {
  return Array.from<number | bigint, number>(data, Number);
}

describe("what can't be reshaped block by block", () => {
  const x = array.arange(24).reshape([4, 6]).rechunk([2, 3]);

  it.each<readonly [string, () => unknown, ErrorCode, string]>([
    ["other elements", () => array.reshapeBlockwise(x, [5, 5]), "SHAPE_MISMATCH", "24 elements"],
    [
      "several axes to several",
      () => array.reshapeBlockwise(x, [3, 8]),
      "SHAPE_MISMATCH",
      "(4, 6) do not become blocks of (3, 8)",
    ],
    [
      "no chunks",
      () => array.reshapeBlockwise(x, [4, 2, 3]),
      "INVALID_ARGUMENT",
      "the chunks of the result for `options.chunks`",
    ],
    [
      "needless chunks",
      () => array.reshapeBlockwise(x, 24, { chunks: 6 }),
      "INVALID_ARGUMENT",
      "none where the result has no more axes",
    ],
    [
      "other blocks",
      () => array.reshapeBlockwise(x, [4, 2, 3], { chunks: [2, 2, [2, 1]] }),
      "SHAPE_MISMATCH",
      "Blocks of [ 3, 3 ] elements do not become blocks of [ 4, 2 ]",
    ],
    [
      "other chunks of an axis that stays",
      () => array.reshapeBlockwise(x, [4, 2, 3], { chunks: [1, 1, 3] }),
      "SHAPE_MISMATCH",
      "Axis 0 has chunks [ 2, 2 ], but `options.chunks` has [ 1, 1, 1, 1 ]",
    ],
    [
      "an option that is none",
      () => array.reshapeBlockwise(x, 24, { chunk: 6 } as never),
      "INVALID_ARGUMENT",
      "chunk",
    ],
  ])("is said: %s", (_, build, code, message) => {
    expectError(build, code, message);
  });
});
