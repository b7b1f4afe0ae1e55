import assert from "node:assert/strict";
import { BrambleError, Complex, complex, NDArray } from "bramble";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, encode } from "../../dist/values/index.js";
import { expectError } from "../support/errors.js";

const there = <T>(value: T): T => decode(encode(value)) as T;

const TYPED_ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

const primitive = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.bigInt(),
  fc.string({ unit: "binary" }),
  // Any sequence of code units, lone surrogates among them.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  fc.boolean(),
  fc.constantFrom(
    null,
    undefined,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Symbol.iterator,
    Symbol.for("s"),
  ),
);

const bytes = fc.uint8Array({ size: "small" });

const leaf = fc.oneof(
  { weight: 4, arbitrary: primitive },
  // A date that is none equals nothing in the eyes of Node's assert; it has a test of its own.
  fc.date({ noInvalidDate: true }),
  fc.constantFrom(/a(b)?/giu, /^$/s),
  bytes.map((data) => Buffer.from(data)),
  bytes.map((data) => data.slice().buffer),
  bytes.map((data) => new DataView(data.slice().buffer, data.length >> 1)),
  fc.tuple(fc.constantFrom(...TYPED_ARRAYS), fc.array(fc.nat(255))).map(([type, items]) => {
    const array = new type(items.length);
    for (const [index, item] of items.entries())
      array[index] = (typeof array[index] === "bigint" ? BigInt(item) : item) as never;
    return array;
  }),
  fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.bigInt()).map((value) => Object(value) as object),
);

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 5, noNullPrototype: false }),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new Set(items)),
    fc.sparseArray(tie("value"), { maxNumElements: 3, maxLength: 20 }),
  ),
}));

test("any value is equal to what it becomes", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      assert.deepStrictEqual(there(value), value);
    }),
    { numRuns: 500 },
  );
});

test("equal values are written alike", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      assert.deepStrictEqual(encode(there(value)).head, encode(value).head);
    }),
  );
});

test("a date that is none stays one", () => {
  expect(there(new Date(Number.NaN)).getTime()).toBeNaN();
});

test("numbers at the borders of their forms keep their bits", () => {
  const powers = Array.from({ length: 1075 }, (_, exponent) => 2 ** exponent);
  const numbers = powers.flatMap((power) => [power, power - 1, power + 1, 1 / power]);
  for (const value of numbers.flatMap((number) => [number, -number])) {
    expect(Object.is(there(value), value)).toBe(true);
  }
  const bigints = Array.from({ length: 140 }, (_, exponent) => 2n ** BigInt(exponent));
  for (const value of bigints.flatMap((number) => [number, number - 1n, -number, -number - 1n])) {
    expect(there(value)).toBe(value);
  }
});

test("strings of every length, and lone surrogates", () => {
  for (const length of [0, 1, 10, 11, 31, 32, 255, 256, 65_535, 65_536]) {
    expect(there("x".repeat(length))).toBe("x".repeat(length));
    expect(there("€".repeat(length))).toBe("€".repeat(length));
  }
  expect(there("\ud800 alone \udc00")).toBe("\ud800 alone \udc00");
});

describe("objects", () => {
  test("cycles and shared objects stay what they are", () => {
    const shared = { k: 1 };
    const map = new Map<unknown, unknown>();
    const value: Record<string, unknown> = { a: [shared, shared], map, set: new Set([shared]) };
    map.set(value, map);
    value["self"] = value;
    const back = there(value) as {
      a: unknown[];
      map: Map<unknown, unknown>;
      set: Set<unknown>;
      self: unknown;
    };
    expect(back.self).toBe(back);
    expect(back.a[0]).toBe(back.a[1]);
    expect(back.set.has(back.a[0])).toBe(true);
    expect(back.map.get(back)).toBe(back.map);
  });

  test("a property `__proto__` is one", () => {
    const value = JSON.parse('{"__proto__": {"x": 1}, "y": 2}') as object;
    const back = there(value);
    expect(Object.keys(back)).toEqual(["__proto__", "y"]);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });

  test("arrays keep holes, undefined entries and names", () => {
    const array: unknown[] = [1, undefined, 3];
    array[5] = 6;
    Object.assign(array, { name: "x" });
    const back = there(array);
    assert.deepStrictEqual(back, array);
    expect(1 in back).toBe(true);
    expect(3 in back).toBe(false);
  });

  test("NDArray, Complex, URL and Buffer are what they were", () => {
    const view = new NDArray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 2], { strides: [3, 1], offset: 1 });
    const back = there({
      view,
      url: new URL("http://a/b?c"),
      query: new URLSearchParams("a=1"),
      buffer: Buffer.from("é"),
      number: complex(1, -0),
    });
    expect(back.view).toBeInstanceOf(NDArray);
    expect(back.view.toArray()).toEqual(view.toArray());
    expect(back.url.href).toBe("http://a/b?c");
    expect(back.query.get("a")).toBe("1");
    expect(back.number).toBeInstanceOf(Complex);
    expect(Object.is(back.number.im, -0)).toBe(true);
    expect(Buffer.isBuffer(back.buffer) && back.buffer.toString()).toBe("é");
  });

  test("a small view of a large NDArray leaves the rest at home", () => {
    const large = new NDArray(new Float64Array(100_000), [2], { offset: 50_000 });
    const { buffers } = encode(large);
    expect(buffers.map(({ byteLength }) => byteLength)).toEqual([16]);
  });

  test("what nests too deeply is refused", () => {
    let list: unknown = null;
    for (let i = 0; i < 200_000; i += 1) list = { list };
    expectError(() => encode(list), "CANNOT_TRAVEL", "nested in one another too deeply");
  });
});

describe("typed arrays", () => {
  test("their bytes are not copied", () => {
    const data = Float64Array.of(1, 2, 3);
    const encoded = encode({ data, part: new Uint8Array(data.buffer, 8, 8) });
    expect(encoded.buffers.map(({ buffer }) => buffer)).toEqual([data.buffer]);
    const back = decode(encoded) as { data: Float64Array; part: Uint8Array };
    expect(back.data.buffer).toBe(data.buffer);
    expect(back.part.buffer).toBe(data.buffer);
  });

  test("views of one memory share it again, others bring their own bytes alone", () => {
    const memory = new ArrayBuffer(1000);
    const [a, b] = [new Int32Array(memory, 4, 10), new Uint8Array(memory, 40, 20)];
    const far = new Uint8Array(memory, 900, 10);
    const encoded = encode([a, b, far]);
    expect(encoded.buffers.map(({ byteLength }) => byteLength)).toEqual([60, 10]);
    const [x, y] = decode({ ...encoded, buffers: encoded.buffers.map((bytes) => bytes.slice()) }) as [
      Int32Array,
      Uint8Array,
    ];
    x[9] = -1;
    expect([...y.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  });

  test("bytes that arrive out of line are moved into it", () => {
    const { head, buffers } = encode(Float64Array.of(1.5, 2.5));
    const moved = new Uint8Array(17);
    moved.set(buffers[0] ?? [], 1);
    expect(decode({ head, buffers: [moved.subarray(1)] })).toEqual(Float64Array.of(1.5, 2.5));
  });

  test("an ArrayBuffer that is part of another is cut out, with its views", () => {
    const memory = Uint8Array.of(1, 2, 3, 4).buffer;
    const { head, buffers } = encode([new Uint8Array(memory, 1, 2), memory]);
    const pool = new Uint8Array(20);
    pool.set(buffers[0] ?? [], 8);
    const [view, whole] = decode({ head, buffers: [pool.subarray(8, 12)] }) as [Uint8Array, ArrayBuffer];
    expect(view.buffer).toBe(whole);
    expect([...new Uint8Array(whole)]).toEqual([1, 2, 3, 4]);
  });

  test("detached memory is refused", () => {
    const data = new Uint8Array(8);
    structuredClone(data, { transfer: [data.buffer] });
    expectError(() => encode(new Map([["data", data.buffer]])), "CANNOT_TRAVEL", "detached");
  });
});

describe("errors", () => {
  test("keep class, message, stack, cause, code and what else they hold", () => {
    const error = Object.assign(new TypeError("no", { cause: new RangeError("deeper") }), {
      code: "E_NO",
      at: [1],
    });
    const back = there(error);
    expect(back).toBeInstanceOf(TypeError);
    expect(back.stack).toBe(error.stack);
    expect(back.cause).toBeInstanceOf(RangeError);
    expect(back).toMatchObject({ message: "no", code: "E_NO", at: [1] });
    expect(Object.keys(back)).toEqual(Object.keys(error));
  });

  test("of Bramble, of the platform and of many at once", () => {
    const ours = there(new BrambleError("OVERFLOW", "too much", { layer: "sum-1", block: [2] }));
    expect(ours).toBeInstanceOf(BrambleError);
    expect(ours).toMatchObject({ name: "BrambleError", code: "OVERFLOW", layer: "sum-1", block: [2] });
    const aborted = there(new DOMException("stop", "AbortError"));
    expect(aborted).toBeInstanceOf(DOMException);
    expect(aborted).toMatchObject({ name: "AbortError", code: 20, message: "stop" });
    const several = there(new AggregateError([new Error("1"), 2], "all"));
    expect(several).toBeInstanceOf(AggregateError);
    expect(several.errors).toEqual([new Error("1"), 2]);
  });

  test("travel even where their class or what they hold cannot", () => {
    class Secret extends RangeError {
      readonly promise = Promise.resolve();
    }
    const make = (): Error => {
      const scope = new WeakMap();
      return new (class Local extends RangeError {
        readonly has = scope.has(this);
      })("local");
    };
    const back = there(new Secret("x"));
    expect(back).toBeInstanceOf(RangeError);
    expect(String((back as { promise: unknown }).promise)).toContain("Promise");
    const local = there(make());
    expect(local).toBeInstanceOf(RangeError);
    expect(local).toMatchObject({ message: "local", has: false });
  });

  test("that are their own cause", () => {
    const error = new Error("round");
    error.cause = error;
    const back = there(error);
    expect(back.cause).toBe(back);
  });
});

test("bytes that are no value are refused", () => {
  for (const head of [new Uint8Array(), Uint8Array.of(1, 2, 3), Uint8Array.of(0xc1, 0, 0, 0, 0)]) {
    expectError(() => decode({ head, buffers: [] }), "CORRUPT_DATA", "no value of Bramble's");
  }
});

test("a refusal tells the way to what cannot travel", () => {
  expectError(
    () => encode({ rows: [{ when: new Date(), task: Promise.resolve(1) }] }, "the result of `f`"),
    "CANNOT_TRAVEL",
    [
      "Cannot send the result of `f` to where it would run:",
      "  property `rows`: an array",
      "    entry 0: an object",
      "      property `task`: a Promise",
      "        its value is still to come",
      "To do: await it first.",
    ].join("\n"),
  );
});
