import { array, BrambleError } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UNARY } from "../../dist/array/operations.js";
import { REDUCTIONS } from "../../dist/array/reductions.js";
import * as writing from "../../dist/array/write/functions.js";
import { errorOf, expectError } from "../support/errors.js";
import { functionNamed } from "../support/values.js";

type Called = (...args: unknown[]) => unknown;

/** Those that compute or write reject instead of throwing, and have tests of their own. */
const COMPUTING = new Set(["compute", ...Object.keys(writing)]);

/** Every function that builds, by its name. */
const FUNCTIONS = Object.entries({ "": array, "linalg.": array.linalg, "fft.": array.fft }).flatMap(
  ([prefix, table]) =>
    Object.entries(table).flatMap(([name, value]: [string, unknown]): [string, Called][] =>
      typeof value === "function" && !COMPUTING.has(name) ? [[`${prefix}${name}`, value as Called]] : [],
    ),
);

const NONSENSE = [undefined, null, Symbol("nonsense"), {}, "abc", [], [null], Number.NaN, -99, () => 1];

/** Expects an error of ours, or none: nonsense may have a meaning. */
function expectNoAccident(name: string, called: Called, args: readonly unknown[]): void {
  const error = errorOf(() => called(...args));
  if (error === undefined || error instanceof BrambleError) return;
  expect([name, args.map((arg) => typeof arg), error]).toEqual([name, "an error of ours", undefined]);
}

describe("nonsense", () => {
  it.each(FUNCTIONS)("is refused with a reason by %s", (name, called) => {
    const x = array.ones([3, 4]);
    expectNoAccident(name, called, []);
    for (const value of NONSENSE) {
      for (const args of [[value], [x, value], [x, x, value], [x, 1, value], [x, value, x]]) {
        expectNoAccident(name, called, args);
      }
    }
  });

  it("is no array", () => {
    for (const name of Object.keys(UNARY)) {
      expectError(() => functionNamed(name)(), "INVALID_ARGUMENT", "for `x` but received undefined");
    }
    for (const name of Object.keys(REDUCTIONS)) {
      expectError(() => functionNamed(name)("abc"), "INVALID_ARGUMENT", "for `x` but received 'abc'");
    }
  });
});

describe("arrays that do not fit", () => {
  const [x, y] = [array.ones([3, 4]), array.ones([5])];

  it.each(["add", "divide", "less", "maximum", "logicalAnd", "hypot", "isclose", "copysign", "floatPower"])(
    "are named with both shapes by %s",
    (name) => {
      const error = errorOf(() => functionNamed(name)(x, y));
      expect(error).toMatchObject({ code: "SHAPE_MISMATCH" });
      expect((error as Error).message).toMatch(/\(3, 4\).*\(5,\)/);
    },
  );

  it.each<[string, () => unknown]>([
    ["matmul", () => array.matmul(x, y)],
    ["dot", () => array.dot(x, y)],
    ["where", () => array.where(x.greater(0), x, y)],
    ["concatenate", () => array.concatenate([x, array.ones([3, 5])], { axis: 0 })],
    ["stack", () => array.stack([x, array.ones([4, 3])])],
    ["broadcastTo", () => array.broadcastTo(x, [5, 5])],
    ["solve", () => array.linalg.solve(array.ones([3, 3]), y)],
    ["interp", () => array.interp(x, y, array.ones([4]))],
    ["average", () => array.average(x, { axis: 0, weights: [1, 2] })],
    ["piecewise", () => array.piecewise(x, [y], [1])],
  ])("are refused by %s", (_, call) => {
    expectError(call, "SHAPE_MISMATCH", "");
  });
});

describe("the stack of an error", () => {
  const [x, y] = [array.ones([3, 4]), array.ones([5])];
  const limit = Error.stackTraceLimit;

  beforeAll(() => {
    // Node's own, which is less than what lies between some functions and what they call.
    Error.stackTraceLimit = 10;
  });

  afterAll(() => {
    Error.stackTraceLimit = limit;
  });

  it.each<[string, () => unknown]>([
    ["add", () => x.add(y)],
    ["clip", () => array.clip(x, y, 1)],
    ["einsum", () => array.einsum("ij,jk->ik", x, x)],
    ["isclose", () => array.isclose(x, y)],
    ["roll", () => array.roll(x, 1, { axis: 4 })],
    ["select", () => array.select([x], [y])],
    ["slice", () => x.slice("a:b")],
    ["sum", () => x.sum({ axis: 2 })],
  ])("of %s has the line that was written", (_, call) => {
    expect((errorOf(call) as Error).stack).toContain("bad-input.test.ts");
    expect(Error.stackTraceLimit).toBe(10);
  });
});

describe("axes and options that there are not", () => {
  const x = array.ones([3, 4]);

  it.each(Object.keys(REDUCTIONS))("are named by %s", (name) => {
    const reduce = functionNamed(name);
    expectError(
      () => reduce(x, { axis: 2 }),
      "OUT_OF_BOUNDS",
      "`options.axis` is 2, but the array has 2 axes",
    );
    expectError(() => reduce(x, { axis: -3 }), "OUT_OF_BOUNDS", "`options.axis` is -3");
    expectError(() => reduce(x, { axis: 0.5 }), "INVALID_ARGUMENT", "`options.axis`");
    expectError(() => reduce(x, { axes: 0 }), "INVALID_ARGUMENT", "`options` has no option `axes`");
    expectError(() => reduce(x, { keepdims: 1 }), "INVALID_ARGUMENT", "`options.keepdims`");
    expectError(() => reduce(x, { splitEvery: 1 }), "INVALID_ARGUMENT", "`options.splitEvery`");
  });
});
