import { expect, it } from "vitest";

/** Scripts are no part of the package, and have no types. */
const script = (name: string) => import(new URL(`../../scripts/cross/${name}`, import.meta.url).href);
type Check = (word: number) => boolean;
const { isCryptography, isDotProduct, isLse } = (await script("newer.mjs")) as Record<string, Check>;
const { isNeon, isThumbNeon } = (await script("neon.mjs")) as Record<string, Check>;

it.each([
  ["ldaddal w0, w0, [x1]", 0xb8e00020, isLse],
  ["swp x0, x0, [x1]", 0xf8208020, isLse],
  ["casal w0, w1, [x2]", 0x88e0fc41, isLse],
  ["casp x0, x1, x2, x3, [x4]", 0x48207c82, isLse],
  ["sdot v0.4s, v1.16b, v2.16b", 0x4e829420, isDotProduct],
  ["udot v0.2s, v1.8b, v2.4b[1]", 0x2fa2e020, isDotProduct],
  ["aese v0.16b, v1.16b", 0x4e284820, isCryptography],
  ["sha256h q0, q1, v2.4s", 0x5e024020, isCryptography],
  ["sha1su1 v0.4s, v1.4s", 0x5e281820, isCryptography],
  ["pmull v0.1q, v1.1d, v2.1d", 0x0ee2e020, isCryptography],
  ["eor3 v0.16b, v1.16b, v2.16b, v3.16b", 0xce020c20, isCryptography],
  ["ldr x0, [x0]", 0xf9400000, undefined],
  ["ldaxr w0, [x1]", 0x885ffc20, undefined],
  ["stlxr w2, w0, [x1]", 0x8802fc20, undefined],
  ["ldaxp x0, x2, [x1]", 0xc87f8820, undefined],
  ["add x0, x1, x0", 0x8b000020, undefined],
  ["fmov d0, x0", 0x9e670000, undefined],
  ["add v0.4s, v1.4s, v2.4s", 0x4ea28420, undefined],
  ["mla v0.4s, v1.4s, v2.s[0]", 0x6f820020, undefined],
  ["sqdmull v0.4s, v1.4h, v2.h[0]", 0x0f42b020, undefined],
  ["pmull v0.8h, v1.8b, v2.8b", 0x0e22e020, undefined],
])("knows whether 64-bit ARM before ARMv8.1 has %s", (_, word, finder) => {
  const finders = [isLse, isDotProduct, isCryptography];
  expect(finders.filter((finds) => finds?.(word))).toEqual(finder ? [finder] : []);
});

it.each([
  ["vadd.f32 q0, q1, q2", 0xf2020d44, 0xef020d44, true],
  ["vld1.8 {d0}, [r0]", 0xf420070f, 0xf920070f, true],
  ["vdup.32 q0, r1", 0xeea01b10, 0xeea01b10, true],
  ["vmov.8 d0[1], r0", 0xee400b30, 0xee400b30, true],
  ["vmov.u16 r0, d0[1]", 0xee900b70, 0xee900b70, true],
  ["vmov.32 d0[1], r0", 0xee200b10, 0xee200b10, false],
  ["vmov.32 r0, d0[1]", 0xee300b10, 0xee300b10, false],
  ["vadd.f64 d0, d1, d2", 0xee310b02, 0xee310b02, false],
  ["vldr d0, [r0]", 0xed900b00, 0xed900b00, false],
  ["vpush {d8, d9}", 0xed2d8b04, 0xed2d8b04, false],
  ["pld [r0]", 0xf5d0f000, 0xf890f000, false],
  ["vmov r0, r1, d0", 0xec510b10, 0xec510b10, false],
  ["vcvt.f64.s32 d0, s0", 0xeeb80bc0, 0xeeb80bc0, false],
])("knows whether 32-bit ARM has %s without NEON", (_, arm, thumb, expected) => {
  expect([isNeon?.(arm), isThumbNeon?.(thumb)]).toEqual([expected, expected]);
});
