import fc from "fast-check";
import { expect, it } from "vitest";
import { decode, encode } from "../../dist/values/index.js";
import { Encoder } from "../../dist/values/encoder.js";
import { decodePrimitive, encodePrimitive } from "../../dist/values/primitive.js";

const primitives = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt(),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.constantFrom("\ud800", "\udc00 alone", true, false, null, undefined, -0),
);

it("primitives are written in the same bytes as within others, and read", () => {
  fc.assert(
    fc.property(primitives, (value) => {
      const { head, buffers } = encode(value);
      expect(encodePrimitive(value)).toEqual({ head, buffers });
      expect(Buffer.from(head)).toEqual(Buffer.from(new Encoder().encode(value, "it").head));
      expect(decodePrimitive({ head, buffers })).toEqual({ is: "value", value });
      expect(decode({ head, buffers })).toBe(value);
    }),
  );
});

it("nothing else is taken for one", () => {
  for (const value of [
    [],
    [144, 144, 144, 144],
    {},
    new Map(),
    () => 1,
    Symbol.for("it"),
    new Uint8Array(8),
  ]) {
    expect(encodePrimitive(value)).toBeUndefined();
    expect(decodePrimitive(encode(value))).toBeUndefined();
  }
});

it("bytes that were cut off are no value", () => {
  const { head } = encode(12345.678);
  for (let length = 0; length < head.length; length += 1) {
    expect(() => decode({ head: head.subarray(0, length), buffers: [] })).toThrow(/no value of Bramble's/);
  }
});
