import { expect, it } from "vitest";

/** Scripts are no part of the package, and have no types. */
const script = new URL("../../scripts/cross/atomics.mjs", import.meta.url).href;
const { isLse } = (await import(script)) as { isLse: (word: number) => boolean };

it.each([
  ["ldaddal w0, w0, [x1]", 0xb8e00020, true],
  ["swp x0, x0, [x1]", 0xf8208020, true],
  ["casal w0, w1, [x2]", 0x88e0fc41, true],
  ["casp x0, x1, x2, x3, [x4]", 0x48207c82, true],
  ["ldr x0, [x0]", 0xf9400000, false],
  ["ldaxr w0, [x1]", 0x885ffc20, false],
  ["stlxr w2, w0, [x1]", 0x8802fc20, false],
  ["ldaxp x0, x2, [x1]", 0xc87f8820, false],
  ["add x0, x1, x0", 0x8b000020, false],
  ["fmov d0, x0", 0x9e670000, false],
])("knows whether %s needs ARMv8.1", (_, word, expected) => {
  expect(isLse(word)).toBe(expected);
});
