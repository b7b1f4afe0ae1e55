// Values of every kind that says nothing of where it was made, the same in every process.

/** All of them, by name. */
export function portableValues() {
  const shared = { once: true };
  const cycle = { name: "cycle" };
  cycle.self = cycle;
  const sparse = Object.assign([], { 0: 1, 2: 3 });
  const error = new RangeError("outer", { cause: new TypeError("inner") });
  error.stack = "RangeError: outer\n    at somewhere";
  error.cause.stack = "TypeError: inner\n    at somewhere";
  return {
    numbers: [0, -0, 1, -1, 2 ** 31, 2 ** 53 - 1, 0.1, 5e-324, Number.NaN, Number.POSITIVE_INFINITY],
    bigints: [0n, -1n, 2n ** 64n, -(2n ** 200n)],
    texts: ["", "ä€😀", "\ud800", "x".repeat(300)],
    others: [null, undefined, true, false, Symbol.for("s"), Symbol.iterator],
    dates: [new Date(0), new Date(Number.NaN), new Date(1e15)],
    patterns: [/a(b)?/giu, /^$/sy],
    collections: [new Map([[shared, new Set([1, "a", shared])]]), sparse],
    memory: [
      new Uint8Array([1, 2, 3]),
      new Float64Array([0.5, -0]),
      new BigInt64Array([-1n]),
      new Uint16Array([1, 2, 3]).subarray(1),
      new DataView(new Uint8Array([9, 8]).buffer, 1),
      new Uint8Array([4, 5]).buffer,
      Float64Array.from({ length: 600 }, (_, index) => index / 3),
    ],
    boxed: [Object(1), Object("a"), Object(false), Object(1n)],
    error,
    cycle,
    prototype: Object.assign(Object.create(null), { a: 1 }),
  };
}
