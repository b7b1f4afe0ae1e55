import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  axisBlocks,
  axisForStep,
  axisFromLengths,
  axisLength,
  axisLengths,
  regularAxis,
  sameAxis,
  sliceAxis,
  unifyAxes,
} from "../../dist/graph/index.js";

const lengths = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 }),
  // Long runs, as regular chunks have them.
  fc
    .record({
      length: fc.integer({ min: 1, max: 12 }),
      count: fc.integer({ min: 1, max: 12 }),
      rest: fc.integer({ min: 1, max: 12 }),
    })
    .map(({ length, count, rest }) => [...Array.from({ length: count }, () => length), rest]),
);

describe("axis", () => {
  it("has the chunks that a list of lengths says", () => {
    fc.assert(
      fc.property(lengths, (list) => {
        const axis = axisFromLengths(list);
        expect(axisLengths(axis)).toEqual(list);
        expect(axisLength(axis)).toBe(list.reduce((sum, length) => sum + length, 0));
        expect(axisBlocks(axis)).toBe(list.length);
      }),
    );
  });

  it("is cut regularly, the last chunk being shorter", () => {
    expect(axisLengths(regularAxis(10, 4))).toEqual([4, 4, 2]);
    expect(axisLengths(regularAxis(8, 4))).toEqual([4, 4]);
    expect(axisLengths(regularAxis(3, 4))).toEqual([3]);
    expect(axisLengths(regularAxis(0, 4))).toEqual([0]);
    expect(regularAxis(10 ** 12, 10 ** 9)).toEqual([{ length: 10 ** 9, count: 1000 }]);
  });

  it("keeps for each chunk the elements that a slice takes of it", () => {
    const step = fc.integer({ min: -20, max: 20 }).filter((value) => value !== 0);
    fc.assert(
      fc.property(lengths, fc.nat(), step, fc.nat(), (list, at, stride, many) => {
        const total = list.reduce((sum, length) => sum + length, 0);
        const start = at % total;
        const room = stride > 0 ? total - start : start + 1;
        const count = many % (Math.ceil(room / Math.abs(stride)) + 1);
        const sliced = sliceAxis(axisFromLengths(list), start, stride, count);
        expect(axisLengths(sliced)).toEqual(naiveSlice(list, start, stride, count));
      }),
      { numRuns: 2000 },
    );
  });

  it("slices a million chunks at once where the step divides their length", () => {
    const axis = regularAxis(10 ** 9, 1000);
    expect(sliceAxis(axis, 500, 1, 10 ** 9 - 1000)).toEqual([
      { length: 500, count: 1 },
      { length: 1000, count: 999_998 },
      { length: 500, count: 1 },
    ]);
    expect(sliceAxis(axis, 10 ** 9 - 1, -2, 5 * 10 ** 8)).toEqual([{ length: 500, count: 1_000_000 }]);
  });

  it("is cut anew for a step so that slices keep runs", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.nat(),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        (total, length, at, size, isForward) => {
          const start = at % total;
          const step = isForward ? size : -size;
          const count = Math.ceil((isForward ? total - start : start + 1) / size);
          const axis = axisForStep(total, length, start, step);
          expect(axisLength(axis)).toBe(total);
          expect(sliceAxis(axis, start, step, count).length).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("unifies to the finest", () => {
    const [coarse, fine] = [regularAxis(3000, 1500), regularAxis(3000, 1000)];
    expect(unifyAxes([coarse, fine])).toBe(fine);
    expect(unifyAxes([fine, coarse])).toBe(fine);
    expect(sameAxis(regularAxis(10, 4), axisFromLengths([4, 4, 2]))).toBe(true);
    expect(sameAxis(regularAxis(10, 4), regularAxis(10, 5))).toBe(false);
  });
});

/** Element by element: to which chunk each belongs that is taken, and how many that are in a row. */
function naiveSlice(list: readonly number[], start: number, step: number, count: number): number[] {
  const chunkOf = list.flatMap((length, chunk) => Array.from({ length }, () => chunk));
  const sliced: number[] = [];
  let previous: number | undefined;
  for (let index = 0; index < count; index += 1) {
    const chunk = chunkOf[start + index * step];
    if (chunk === previous) sliced.push((sliced.pop() ?? 0) + 1);
    else sliced.push(1);
    previous = chunk;
  }
  return sliced.length === 0 ? [0] : sliced;
}
