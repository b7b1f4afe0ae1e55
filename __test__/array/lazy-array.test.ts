import { inspect } from "node:util";
import { array, type Index, type LazyArray, NDArray, slice } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NODE } from "../../dist/array/operand.js";
import { collect, type Node } from "../../dist/graph/index.js";
import { errorOf, expectError } from "../support/errors.js";

const kindOf = (node: Node): string => Object.keys(node.kind)[0] ?? "";

describe("creation", () => {
  it("knows shape, dtype and chunks before anything is computed", () => {
    const x = array.ones([10_000, 10_000], { chunks: [1000, 2500], dtype: "float32" });
    expect(x.shape).toEqual([10_000, 10_000]);
    expect(x.numblocks).toEqual([10, 4]);
    expect(x.chunks[1]).toEqual([2500, 2500, 2500, 2500]);
    expect([x.dtype, x.ndim, x.size, x.itemsize, x.nbytes]).toEqual(["float32", 2, 1e8, 4, 4e8]);
  });

  it("counts the elements of a range as NumPy does", () => {
    expect(array.arange(10).shape).toEqual([10]);
    expect(array.arange(2, 10, 3).shape).toEqual([3]);
    expect(array.arange(10, 0, -4).shape).toEqual([3]);
    expect(array.arange(5, 2).shape).toEqual([0]);
    expect(array.arange(0, 1, 0.1).shape).toEqual([10]);
    expect(array.arange(5n).dtype).toBe("int64");
    expect(array.arange(5, { dtype: "int16" }).dtype).toBe("int16");
    expect(array.arange(1, 5, { chunks: 2 }).chunks).toEqual([[2, 2]]);
  });

  it("takes a length for the shape of a 1-d array", () => {
    expect(array.zeros(5).shape).toEqual([5]);
    expect(array.full([], 5).shape).toEqual([]);
  });

  it.each<[string, () => unknown, string]>([
    [
      "a NaN size",
      () => array.ones(Number.NaN),
      "Expected a length from 0 to 2^53 - 1 for `shape` but received NaN",
    ],
    ["a size of 2^53", () => array.ones([2, 2 ** 53]), "for `shape[1]` but received 9007199254740992"],
    ["a negative size", () => array.zeros([3, -1]), "for `shape[1]` but received -1"],
    ["a string for a size", () => array.zeros("3" as never), "for `shape` but received '3'"],
    [
      "more elements than JavaScript counts",
      () => array.ones([2 ** 30, 2 ** 30]),
      "more than 2^53 - 1 elements",
    ],
    ["an unknown dtype", () => array.ones(3, { dtype: "float16" as never }), "received 'float16'"],
    [
      "an unknown option",
      () => array.ones(3, { chunk: 2 } as never),
      "has no option `chunk`: it takes `dtype`, `chunks`",
    ],
    ["a value of no number", () => array.full(3, "1" as never), "for `value` but received '1'"],
    [
      "a fraction for an integer",
      () => array.full(3, 0.5, { dtype: "int8" }),
      "Expected an integer (dtype int8) for `value`",
    ],
    [
      "a range without a step",
      () => array.arange(0, 5, 0),
      "Expected a step other than 0 for `step` but received 0",
    ],
    ["an endless range", () => array.arange(Number.POSITIVE_INFINITY), "for `stop` but received Infinity"],
  ])("refuses %s", (_, call, message) => {
    expectError(call, "INVALID_ARGUMENT", message);
  });

  it("refuses a value that does not fit the dtype", () => {
    expectError(
      () => array.full(3, 300, { dtype: "uint8" }),
      "OVERFLOW",
      "does not fit uint8: it takes 0 to 255",
    );
    expectError(() => array.full(3, 2n ** 63n), "OVERFLOW", "does not fit int64");
    expect(array.full(3, 2n ** 63n, { dtype: "uint64" }).dtype).toBe("uint64");
  });
});

describe("fromArray", () => {
  it("makes float64 of numbers, int64 of bigints and bool of booleans", () => {
    expect(
      array.fromArray([
        [1, 2],
        [3, 4],
      ]).shape,
    ).toEqual([2, 2]);
    expect(array.fromArray([1, 2]).dtype).toBe("float64");
    expect(array.fromArray([[1n], [2n]]).dtype).toBe("int64");
    expect(array.fromArray([true]).dtype).toBe("bool");
    expect(array.fromArray(7).shape).toEqual([]);
    expect(array.fromArray([[], []]).shape).toEqual([2, 0]);
  });

  it("references typed arrays", () => {
    const data = new Int16Array(12);
    const x = array.fromArray(data, { shape: [3, 4], chunks: 2 });
    expect([x.dtype, x.shape]).toEqual(["int16", [3, 4]]);
    expect(collect([x[NODE]]).buffers[0]).toBe(data);
    expect(array.fromArray(new Uint8Array(3), { dtype: "bool" }).dtype).toBe("bool");
    expect(array.fromArray(Buffer.from([1, 2])).dtype).toBe("uint8");
  });

  it("takes an NDArray, by copy only where it is strided", () => {
    const data = Float64Array.of(1, 2, 3, 4);
    const dense = array.fromArray(new NDArray(data, [2, 2]));
    const strided = array.fromArray(new NDArray(data, [2, 2], { strides: [1, 2] }));
    expect(collect([dense[NODE]]).buffers[0]).toBe(data);
    expect(collect([strided[NODE]]).buffers[0]).toEqual(Float64Array.of(1, 3, 2, 4));
  });

  it("leaves a lazy array as it is, or rechunks it", () => {
    const x = array.ones(10, { chunks: 5 });
    expect(array.fromArray(x).name).toBe(x.name);
    expect(array.fromArray(x, { chunks: 2 }).numblocks).toEqual([5]);
    expect(array.asArray(x).name).toBe(x.name);
  });

  it("names the index at which nested arrays are ragged", () => {
    expectError(
      () => array.fromArray([[1, 2], [3]]),
      "SHAPE_MISMATCH",
      "expected an array of 2 entries for `x[1]`",
    );
    expectError(
      () =>
        array.fromArray([
          [[1], [2]],
          [[3], 4],
        ]),
      "SHAPE_MISMATCH",
      "`x[1][1]`",
    );
    expectError(() => array.fromArray([1, [2]]), "SHAPE_MISMATCH", "`x[1]`");
  });

  it("refuses what holds no numbers", () => {
    expectError(() => array.fromArray(["a"] as never), "INVALID_ARGUMENT", "`x[0]` but received 'a'");
    expectError(
      () => array.fromArray([1, 2n]),
      "INVALID_ARGUMENT",
      "begin with float64, but element 1 is 2n",
    );
    expectError(() => array.fromArray(null as never), "INVALID_ARGUMENT", "for `x` but received null");
    expectError(() => array.fromArray(new DataView(new ArrayBuffer(8)) as never), "INVALID_ARGUMENT", "`x`");
    expectError(
      () => array.fromArray(new Float64Array(5), { shape: [2, 2] }),
      "SHAPE_MISMATCH",
      "has 4 elements, but the data has 5",
    );
    expectError(() => array.fromArray([1], { shape: [1] }), "INVALID_ARGUMENT", "go with a typed array only");
  });
});

describe("element-wise operations", () => {
  it("broadcasts shapes from the end", () => {
    const x = array.ones([4, 1, 3], { chunks: 2 });
    const y = array.ones([5, 1], { chunks: 2 });
    expect(x.add(y).shape).toEqual([4, 5, 3]);
    expect(x.add(y).chunks).toEqual([
      [2, 2],
      [2, 2, 1],
      [2, 1],
    ]);
    expect(array.ones([0]).add(array.ones([1])).shape).toEqual([0]);
    expectError(
      () => array.ones([3, 4]).add(array.ones([5])),
      "SHAPE_MISMATCH",
      "Shapes (3, 4) and (5,) do not broadcast: axis -1 has lengths 4 and 5",
    );
  });

  it("rechunks only where blocks do not match", () => {
    const x = array.ones(12, { chunks: 6 });
    const y = array.ones(12, { chunks: 4 });
    const [left, right] = x.add(y)[NODE].inputs;
    expect([kindOf(left as Node), kindOf(right as Node)]).toEqual(["gather", "create"]);
    expect(x.add(y).chunks).toEqual([[4, 4, 4]]);
    expect(x.add(array.ones(1)).chunks).toEqual([[6, 6]]);
  });

  it("does without arithmetic of bools, as NumPy does", () => {
    const x = array.ones(3, { dtype: "bool" });
    expect(opOf(x.add(x)[NODE])).toBe("logical_or");
    expect(opOf(x.multiply(true)[NODE])).toBe("logical_and");
    expect(opOf(x.maximum(x)[NODE])).toBe("logical_or");
    expectError(() => x.subtract(x), "UNSUPPORTED_DTYPE", "`subtract` has no meaning for dtype bool");
    expectError(() => x.negative(), "UNSUPPORTED_DTYPE", "negative");
    expectError(() => array.ones(3).bitwiseAnd(1), "UNSUPPORTED_DTYPE", "float64");
  });

  it("leaves integers alone where rounding would change nothing", () => {
    const x = array.arange(3n);
    expect(x.floor().name).toBe(x.name);
    expect(x.rint().dtype).toBe("float64");
    expect(array.ones(3, { dtype: "bool" }).absolute().dtype).toBe("bool");
  });

  it("calls simpler operations for simple powers", () => {
    const x = array.ones(3);
    expect([2, 0.5, -1, 3].map((exponent) => opOf(x.power(exponent)[NODE]))).toEqual([
      "square",
      "sqrt",
      "reciprocal",
      "power",
    ]);
    expect(x.power(1).name).toBe(x.name);
    const n = array.arange(3n);
    expect(opOf(n.power(2)[NODE])).toBe("square");
    expect(n.power(0.5).dtype).toBe("float64");
    expectError(() => n.power(-1), "ARITHMETIC", "Integers to negative integer powers are not allowed");
  });

  it("refuses whole numbers that do not fit, except to compare with them", () => {
    const x = array.ones(3, { dtype: "uint8" });
    expectError(() => x.add(256), "OVERFLOW", "`b` is 256, which does not fit uint8");
    expectError(() => array.subtract(-1, x), "OVERFLOW", "`a` is -1");
    expect(constantsOf(x.less(256)[NODE])).toEqual([{ float: "Infinity" }]);
    expect(constantsOf(x.greater(-1)[NODE])).toEqual([{ float: "-Infinity" }]);
    expect(constantsOf(x.less(255)[NODE])).toEqual([{ int: 255 }]);
  });

  it("compares signed with 64-bit unsigned integers by their sign first, not as floats", () => {
    const signed = array.arange(3n);
    const unsigned = array.ones(3, { dtype: "uint64" });
    const opsOf = ({ kind }: Node): (string | undefined)[] =>
      "map" in kind
        ? kind.map.program.steps.map((step) => ("apply" in step ? step.apply.op : undefined))
        : [];
    const yes = ["less", undefined, "comparison", "logical_or"];
    const no = ["less", undefined, "comparison", "logical_not", "logical_and"];
    const shapeOf = (x: LazyArray, op: string): (string | undefined)[] =>
      opsOf(x[NODE]).map((name, index) => (index === 2 && name === op ? "comparison" : name));
    expect(shapeOf(signed.lessEqual(unsigned), "less_equal")).toEqual(yes);
    expect(shapeOf(unsigned.lessEqual(signed), "less_equal")).toEqual(no);
    expect(shapeOf(unsigned.greater(signed), "greater")).toEqual(yes);
    expect(shapeOf(signed.equal(unsigned), "equal")).toEqual(no);
    expect(shapeOf(unsigned.notEqual(signed), "not_equal")).toEqual(yes);
  });

  it("reads an operand once that is given twice", () => {
    const x = array.ones(3);
    expect(x.multiply(x)[NODE].inputs).toHaveLength(1);
  });

  it("refuses operands of other kinds, naming them", () => {
    const x = array.ones(3);
    expectError(
      () => x.add("1" as never),
      "INVALID_ARGUMENT",
      "Expected an array, number, bigint or boolean for `b` but received '1'",
    );
    expectError(() => x.add([1, 2, 3] as never), "INVALID_ARGUMENT", "wrap data in array.fromArray");
    expectError(() => (x.add as () => unknown)(), "INVALID_ARGUMENT", "`b` but received undefined");
    expectError(
      () => array.sum(5 as never),
      "INVALID_ARGUMENT",
      "Expected a lazy array for `x` but received 5",
    );
    expectError(() => array.where(null as never, 1, 2), "INVALID_ARGUMENT", "`condition` but received null");
  });

  it("chooses by a condition of any dtype", () => {
    const x = array.where(array.arange(4), array.ones([2, 1], { dtype: "int8" }), 0.5);
    expect([x.shape, x.dtype]).toEqual([[2, 4], "float64"]);
    expect(array.where(true, array.ones(2, { dtype: "int8" }), 3).dtype).toBe("int8");
  });

  it("converts dtypes, once", () => {
    const x = array.ones(3);
    expect(x.astype("int8").dtype).toBe("int8");
    expect(x.astype("float64").name).toBe(x.name);
    expectError(() => x.astype("complex32" as never), "INVALID_ARGUMENT", "`dtype` but received 'complex32'");
  });
});

describe("reductions", () => {
  const x = array.ones([6, 8, 4], { chunks: 2 });

  it("drops axes, or keeps them with length 1", () => {
    expect(x.sum().shape).toEqual([]);
    expect(x.sum({ axis: 1 }).shape).toEqual([6, 4]);
    expect(x.sum({ axis: [0, -1] }).shape).toEqual([8]);
    expect(x.sum({ axis: -1, keepdims: true }).shape).toEqual([6, 8, 1]);
    expect(x.sum({ axis: 1 }).chunks).toEqual([
      [2, 2, 2],
      [2, 2],
    ]);
    expect(x.sum({ axis: [] }).name).toBe(x.name);
  });

  it("merges about splitEvery blocks at each step of the tree", () => {
    const fanIn = (options: object): number[] => {
      const { kind } = x.sum(options)[NODE];
      return "reduce" in kind ? kind.reduce.axes.map((axis) => axis.fan_in) : [];
    };
    expect(fanIn({ axis: 0 })).toEqual([16]);
    expect(fanIn({ axis: [0, 1] })).toEqual([4, 4]);
    expect(fanIn({})).toEqual([2, 2, 2]);
    expect(fanIn({ splitEvery: 64 })).toEqual([4, 4, 4]);
    expect(fanIn({ splitEvery: 2, axis: [1, 2] })).toEqual([2, 2]);
  });

  it("refuses the least of no elements, unless there is no answer to give", () => {
    expectError(
      () => array.zeros([0]).min(),
      "EMPTY_REDUCTION",
      "`min` of no elements has no answer: the shape is (0,)",
    );
    expectError(() => array.zeros([0, 3]).max({ axis: 0 }), "EMPTY_REDUCTION", "(0, 3)");
    expect(array.zeros([0, 3]).max({ axis: 1 }).shape).toEqual([0]);
    expect(array.zeros([0]).sum().shape).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["an axis out of range", { axis: 3 }, "`options.axis` is 3, but the array has 3 axes"],
    ["an axis of a list out of range", { axis: [0, -4] }, "`options.axis[1]` is -4"],
    ["an axis given twice", { axis: [1, -2] }, "Expected different axes"],
    ["an axis that is no integer", { axis: "0" }, "Expected an integer for `options.axis`"],
    ["a splitEvery below 2", { splitEvery: 1 }, "Expected an integer from 2"],
    ["a keepdims that is no boolean", { keepdims: 1 }, "Expected true or false for `options.keepdims`"],
    ["an unknown option", { axes: 1 }, "no option `axes`"],
  ])("refuses %s", (_, options, message) => {
    expect(() => x.sum(options)).toThrow(message);
  });
});

describe("slicing", () => {
  const x = array.ones([10, 8], { chunks: [4, 3] });

  it("reads every form of an index", () => {
    expect(x.slice("2:9:3", -1).shape).toEqual([3]);
    expect(x.slice(null, "...", "::-2").shape).toEqual([1, 10, 4]);
    expect(x.slice(slice(2), slice(1, null, 2)).shape).toEqual([2, 4]);
    expect(x.slice("...", 0).shape).toEqual([10]);
    expect(x.slice(0, 0).shape).toEqual([]);
    expect(x.slice("5:2").shape).toEqual([0, 8]);
  });

  it("follows the borders of the chunks", () => {
    expect(x.slice("1:9").chunks[0]).toEqual([3, 4, 1]);
    expect(x.slice("::-1").chunks[0]).toEqual([2, 4, 4]);
    expect(x.slice("::5").chunks[0]).toEqual([1, 1]);
  });

  it("is the array itself where everything is taken", () => {
    expect(x.slice(":", "0:100").name).toBe(x.name);
    expect(x.slice().name).toBe(x.name);
  });

  it("takes what Python takes", () => {
    const bound = fc.option(fc.integer({ min: -15, max: 15 }));
    const step = fc.option(fc.integer({ min: -4, max: 4 }).filter((value) => value !== 0));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), bound, bound, step, (length, start, stop, stride) => {
        const taken = array.ones(length, { chunks: 4 }).slice(slice(start, stop, stride));
        const text = `${start ?? ""}:${stop ?? ""}:${stride ?? ""}`;
        expect(taken.shape[0]).toBe(pythonSlice(length, start, stop, stride ?? 1).length);
        expect(array.ones(length, { chunks: 4 }).slice(text).name).toBe(taken.name);
      }),
      { numRuns: 1000 },
    );
  });

  it("cuts a long axis anew rather than list a million uneven chunks", () => {
    const long = array.ones(10 ** 9, { chunks: 1000 });
    const sliced = long.slice("1::3");
    expect(sliced.shape).toEqual([333_333_333]);
    expect(sliced[NODE].grid[0]?.length).toBeLessThanOrEqual(3);
  });

  it.each<[string, readonly unknown[], string]>([
    ["an index out of range", [10], "`index[0]` is 10, but axis 0 has 10 elements"],
    ["too many entries", [0, 0, 0], "The index speaks of 3 axes, but an array of shape (10, 8) has 2"],
    ["two ellipses", ["...", "..."], 'one "..." at most'],
    ["a string that is no slice", ["a:b"], 'Expected a slice such as "1:10:2" for `index[0]`'],
    ["a step of 0", ["::0"], "Expected a step other than 0"],
    ["a fraction", [0.5], "Expected an integer for `index[0]` but received 0.5"],
    ["something else", [{}], "`index[0]` but received {}"],
  ])("refuses %s", (_, index, message) => {
    expect(() => x.slice(...(index as Index[]))).toThrow(message);
  });
});

describe("LazyArray", () => {
  it("shows what it is as a table", () => {
    const x = array.ones([10_000, 10_000], { chunks: 1000 }).add(1);
    expect(inspect(x).split("\n")).toEqual([
      `LazyArray ${x.name}`,
      "  shape   (10000, 10000)",
      "  chunks  (1000, 1000)",
      "  dtype   float64",
      "  bytes   762.94 MiB in 100 blocks of 7.63 MiB",
      "  layers  2",
    ]);
    expect(x.name).toMatch(/^add-[0-9a-f]{6}$/);
  });

  it("is no promise, so that awaiting it changes nothing", async () => {
    const x = array.ones(3);
    expect("then" in x).toBe(false);
    expect(await Promise.resolve(x)).toBe(x);
  });

  it("fails at the line that wrote it", () => {
    const error = errorOf(() => array.ones(3).slice(7));
    expect((error as Error).stack).toContain("lazy-array.test.ts");
  });

  it("has every operation as a function too", () => {
    const x = array.ones(3);
    expect(array.add(x, 1).name).toBe(x.add(1).name);
    expect(array.sqrt(x).name).toBe(x.sqrt().name);
    expect(array.sum(x, { axis: 0 }).name).toBe(x.sum({ axis: 0 }).name);
  });
});

function opOf({ kind }: Node): string | undefined {
  const step = "map" in kind ? kind.map.program.steps.at(-1) : undefined;
  return step !== undefined && "apply" in step ? step.apply.op : undefined;
}

function constantsOf({ kind }: Node): unknown[] {
  const step = "map" in kind ? kind.map.program.steps.at(-1) : undefined;
  const args = step !== undefined && "apply" in step ? step.apply.args : [];
  return args.flatMap((arg) => ("const" in arg ? [arg.const] : []));
}

/** The positions of a slice, by counting as Python's documentation describes it. */
function pythonSlice(length: number, start: number | null, stop: number | null, step: number): number[] {
  const resolve = (bound: number | null, missing: number): number => {
    if (bound === null) return missing;
    const position = bound < 0 ? bound + length : bound;
    return step > 0 ? Math.min(Math.max(position, 0), length) : Math.min(Math.max(position, -1), length - 1);
  };
  const first = resolve(start, step > 0 ? 0 : length - 1);
  const last = resolve(stop, step > 0 ? length : -1);
  const taken: number[] = [];
  for (let position = first; step > 0 ? position < last : position > last; position += step)
    taken.push(position);
  return taken;
}
