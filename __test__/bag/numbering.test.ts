import fc from "fast-check";
import { expect, test } from "vitest";
import { Numbering } from "../../dist/bag/tasks/numbering.js";

test("values are numbered as a Map would number them", () => {
  const value = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.string({ minLength: 28, maxLength: 36 }),
    fc.string({ unit: fc.constantFrom("\0", "a", "\xfe", "\xff", "\u0100"), minLength: 5, maxLength: 10 }),
    fc.integer({ min: 0, max: 20 }),
    fc.constantFrom(null, undefined, Number.NaN, true),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 300 }), (values) => {
      const numbering = new Numbering();
      const known = new Map<unknown, number>();
      for (const one of values) {
        if (!known.has(one)) known.set(one, known.size);
        expect(numbering.of(one)).toBe(known.get(one));
      }
      expect(numbering.values).toEqual([...known.keys()]);
    }),
  );
});

test("many short strings find their numbers again", () => {
  const numbering = new Numbering();
  const words = Array.from({ length: 50_000 }, (_, number) => `w${number.toString(36)}`);
  for (const [number, word] of words.entries()) expect(numbering.of(word)).toBe(number);
  for (const [number, word] of words.entries()) expect(numbering.of(word)).toBe(number);
  expect(numbering.size).toBe(50_000);
});

function bitsOfShort(word: string): number {
  let hash = word.length ^ 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash;
}

function bitsOfTiny(word: string): number {
  const bytes = Buffer.from(word.padStart(8, "\0"), "latin1");
  return bytes.readInt32BE(4) ^ Math.imul(bytes.readInt32BE(0), 0x9e3779b1);
}

test.each([
  ["tiny", 6, bitsOfTiny],
  ["short", 9, bitsOfShort],
])("%s strings that were chosen to meet keep their numbers", (_, length, bitsOf) => {
  // These share the bits of their hash that say their slot.
  const met: string[] = [];
  for (let number = 0; met.length < 600 && number < 4_000_000; number += 1) {
    const word = number.toString(36).padStart(length, "0");
    const bits = bitsOf(word);
    const hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    if (((hash ^ (hash >>> 13)) & 0x7ff) === 7) met.push(word);
  }
  expect(met).toHaveLength(600);
  const numbering = new Numbering();
  for (const [number, word] of met.entries()) expect(numbering.of(word)).toBe(number);
  for (const [number, word] of met.entries()) expect(numbering.of(word)).toBe(number);
  expect(numbering.of("another")).toBe(600);
  expect(numbering.values).toEqual([...met, "another"]);
});

test("what is equal in content has one number", () => {
  const numbering = new Numbering([{ a: 1, b: [2] }, "a"]);
  expect(numbering.of({ b: [2], a: 1 })).toBe(0);
  expect(numbering.of("a")).toBe(1);
  expect(numbering.of(-0)).toBe(2);
  expect(numbering.of(0)).toBe(2);
});
