import { array, type LazyArray, type NDArray, type RechunkChunks, type RechunkOptions } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NODE } from "../../../dist/array/operand.js";
import { balanceAxis, planRechunk } from "../../../dist/array/rechunk-plan.js";
import { axisLength, longestChunk, type Node, product, regularAxis } from "../../../dist/graph/index.js";
import { WAYS } from "../../support/engines.js";
import { expectError } from "../../support/errors.js";

const squareIn = (chunks: RechunkChunks): LazyArray => array.ones([1000, 1000]).rechunk(chunks);

/** Changes of chunks behind an array. */
function stepsOf(x: LazyArray): number {
  let count = 0;
  let node: Node | undefined = x[NODE];
  for (; node !== undefined && "gather" in node.kind; [node] = node.inputs) count += 1;
  return count;
}

describe("rechunk", () => {
  it("cuts some axes and leaves the others as they are", () => {
    const x = array.ones([10, 6, 4], { chunks: [3, 2, 4] });
    expect(x.rechunk({ 0: 5 }).chunks).toEqual([[5, 5], [2, 2, 2], [4]]);
    expect(x.rechunk({ [-1]: 1, 1: -1 }).chunks).toEqual([[3, 3, 3, 1], [6], [1, 1, 1, 1]]);
    expect(x.rechunk({}).chunks).toEqual(x.chunks);
    expect(x.rechunk({ 2: "auto" }, { blockSizeLimit: 96 }).chunks[2]).toEqual([2, 2]);
  });

  it("takes the size of automatic blocks", () => {
    const side = (limit: number | string): number | undefined =>
      array.ones([1000, 1000]).rechunk("auto", { blockSizeLimit: limit }).chunks[0]?.[0];
    expect(side(80_000)).toBe(100);
    expect(side("80 kB")).toBe(100);
  });

  it("makes chunks about as long as each other", () => {
    const balanced = (total: number, chunk: number): number[] | undefined =>
      array.ones(total).rechunk(chunk, { balance: true }).chunks[0];
    expect(balanced(10, 4)).toEqual([5, 5]);
    expect(balanced(10, 3)).toEqual([4, 3, 3]);
    expect(balanced(11, 4)).toEqual([4, 4, 3]);
    expect(balanced(7, 7)).toEqual([7]);
    expect(balanced(0, 7)).toEqual([0]);
    expect(balanced(1e12 + 1, 1e9)).toHaveLength(1000);
  });

  it("goes by blocks between where that spares many pieces", () => {
    const columns = squareIn([1000, 1]).add(array.ones(1000).sum());
    const rows = columns.rechunk([1, 1000], { threshold: 100 });
    expect(stepsOf(rows)).toBeGreaterThan(1);
    expect(stepsOf(columns.rechunk([1, 1000], { threshold: 1e9 }))).toBe(1);
    expect(stepsOf(columns.rechunk(100))).toBe(1);
  });

  it("plans blocks no larger than the old or the new ones", () => {
    const axis = fc.record({
      total: fc.integer({ min: 1, max: 1e6 }),
      from: fc.integer({ min: 1, max: 1e4 }),
      to: fc.integer({ min: 1, max: 1e4 }),
    });
    fc.assert(
      fc.property(fc.array(axis, { minLength: 1, maxLength: 3 }), (axes) => {
        const from = axes.map((entry) => regularAxis(entry.total, entry.from));
        const to = axes.map((entry) => regularAxis(entry.total, entry.to));
        const plan = planRechunk(from, to, 4);
        const most = Math.max(...[from, to].map((grid) => product(grid.map(longestChunk))));
        expect(plan.at(-1)).toEqual(to);
        for (const grid of plan) {
          expect(grid.map(axisLength)).toEqual(from.map(axisLength));
          // Between two numbers of elements an axis may be rounded up by half a chunk of the smaller one.
          expect(product(grid.map(longestChunk))).toBeLessThanOrEqual(most * 1.5 ** grid.length);
        }
      }),
    );
  });

  it("balances to the same number of elements", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (total, chunk) => {
        const axis = balanceAxis(regularAxis(total, chunk));
        const lengths = axis.map((run) => run.length);
        expect(axisLength(axis)).toBe(total);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each(WAYS)("%s: moves every element to its place, step by step", async (_, options) => {
    const x = array.arange(0, 900).reshape([30, 30]).rechunk([30, 1]);
    const moved = x.add(x.sum({ axis: 0 }).multiply(0)).rechunk([1, 30], { threshold: 1, balance: true });
    expect(stepsOf(moved)).toBeGreaterThan(1);
    const result = (await moved.compute(options)) as NDArray;
    expect([...result.data]).toEqual(Array.from({ length: 900 }, (_, index) => index));
  });

  it.each<[string, RechunkChunks, RechunkOptions, string]>([
    ["an axis that there is not", { 2: 5 }, {}, "`chunks[2]` is 2, but the array has 2 axes"],
    ["a word for an axis", { rows: 5 } as never, {}, "for `chunks[rows]` but received NaN"],
    ["a limit of nothing", "auto", { blockSizeLimit: 0 }, "`options.blockSizeLimit` but received 0"],
    ["a limit of bananas", "auto", { blockSizeLimit: "3 bananas" }, "but received '3 bananas'"],
    ["a threshold of nothing", 5, { threshold: 0 }, "a number above 0 for `options.threshold`"],
    ["a misspelt option", 5, { treshold: 3 } as never, "has no option `treshold`"],
  ])("refuses %s", (_, chunks, options, message) => {
    const code = message.includes("axes") ? "OUT_OF_BOUNDS" : "INVALID_ARGUMENT";
    expectError(() => array.ones([4, 4]).rechunk(chunks, options), code, message);
  });
});
