import { array, type Chunks } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeChunks } from "../../dist/array/chunks.js";
import { gridShape, longestChunk, product } from "../../dist/graph/index.js";
import { expectError } from "../support/errors.js";

const chunksOf = (shape: number | number[], chunks: Chunks): number[][] =>
  array.ones(shape, { chunks }).chunks;

describe("chunks", () => {
  it("cuts every axis by a number", () => {
    expect(chunksOf([5, 4], 2)).toEqual([
      [2, 2, 1],
      [2, 2],
    ]);
  });

  it("takes an entry for each axis", () => {
    expect(chunksOf([5, 4, 3], [2, -1, null])).toEqual([[2, 2, 1], [4], [3]]);
    expect(chunksOf([5, 4], [[1, 4], 3])).toEqual([
      [1, 4],
      [3, 1],
    ]);
  });

  it("takes the lengths of a 1-d array without a second pair of brackets", () => {
    expect(chunksOf(10, [4, 4, 2])).toEqual([[4, 4, 2]]);
    expect(chunksOf(10, [[4, 6]])).toEqual([[4, 6]]);
    expect(chunksOf(10, [4])).toEqual([[4, 4, 2]]);
  });

  it("makes the whole axis a chunk for -1, null and anything longer", () => {
    for (const chunks of [-1, null, 100]) expect(chunksOf(7, chunks)).toEqual([[7]]);
  });

  it("gives an empty axis one empty chunk", () => {
    for (const chunks of [-1, 3, "auto", [[0]], [[]]]) expect(chunksOf(0, chunks)).toEqual([[0]]);
  });

  it("takes anything for a 0-d array", () => {
    for (const chunks of [-1, 3, "auto", []]) expect(chunksOf([], chunks)).toEqual([]);
  });

  it("makes blocks of about 32 MiB of its own accord", () => {
    const x = array.ones([100_000, 100_000]);
    const [rows = [], columns = []] = x.chunks;
    const bytes = (rows[0] ?? 0) * (columns[0] ?? 0) * 8;
    expect(bytes).toBeGreaterThan(16 * 2 ** 20);
    expect(bytes).toBeLessThanOrEqual(32 * 2 ** 20);
    expect(array.ones([1000, 1000]).numblocks).toEqual([1, 1]);
  });

  it("takes sizes in bytes, for all axes or for some", () => {
    expect(chunksOf(1_000_000, "8 kB")).toEqual([Array.from({ length: 1000 }, () => 1000)]);
    expect(chunksOf([4, 1_000_000], [-1, "32kB"])[1]?.[0]).toBe(1000);
    expect(chunksOf([1024, 1024], "1MiB")[0]?.[0]).toBe(342);
  });

  it("makes automatic chunks multiples of those of the store", () => {
    const grid = normalizeChunks("auto", {
      shape: [50_000, 40_000],
      dtype: "float64",
      storeChunks: [1000, 500],
    });
    const [rows, columns] = grid.map(longestChunk);
    expect((rows ?? 0) % 1000).toBe(0);
    expect((columns ?? 0) % 500).toBe(0);
    expect((rows ?? 0) * (columns ?? 0) * 8).toBeGreaterThan(8 * 2 ** 20);
  });

  it("adds up to the shape and keeps to the size, whatever is open", () => {
    const axis = fc.record({
      length: fc.integer({ min: 0, max: 5000 }),
      isOpen: fc.boolean(),
      unit: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(axis, { maxLength: 4 }), fc.integer({ min: 64, max: 100_000 }), (axes, bytes) => {
        const shape = axes.map(({ length }) => length);
        const chunks = axes.map(({ isOpen }) => (isOpen ? `${bytes}B` : 3));
        const storeChunks = axes.map(({ unit }) => unit);
        const grid = normalizeChunks(chunks, { shape, dtype: "float64", storeChunks });
        expect(gridShape(grid)).toEqual(shape);
        const least = product(axes.map(({ isOpen, unit }) => (isOpen ? unit : 3))) * 8;
        expect(product(grid.map(longestChunk)) * 8).toBeLessThanOrEqual(Math.max(bytes, least));
      }),
    );
  });

  it.each<[string, unknown, string]>([
    ["zero", 0, "for `chunks` but received 0"],
    ["a negative length", -5, "received -5"],
    ["NaN", Number.NaN, "received NaN"],
    ["a fraction", 1.5, "received 1.5"],
    ["2^53", 2 ** 53, "received 9007199254740992"],
    ["a zero among lengths", [5, 0, 5], "`chunks[1]`"],
    ["lengths that fall short", [[5, 4]], "`chunks[0]` adds up to 9, but the axis has 10 elements"],
    ["too many entries", [["auto"], 2], "`chunks` has 2 entries, but an array of shape (10,) has 1 axes"],
  ])("refuses %s", (_, chunks, message) => {
    expectError(() => array.ones(10, { chunks: chunks as Chunks }), "INVALID_CHUNKS", message);
  });

  it.each<[string, unknown]>([
    ["an unknown word", "large"],
    ["an unknown unit", "12 bananas"],
    ["an object", { 0: 5 }],
    ["a boolean", true],
    ["a nested list", [[[5]]]],
  ])("refuses %s", (_, chunks) => {
    expect(() => array.ones(10, { chunks: chunks as Chunks })).toThrow(/chunks/);
  });
});
