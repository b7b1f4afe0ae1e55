// Finds instructions of 32-bit ARM that not every ARMv7 processor has: those of Advanced SIMD ("NEON").
//
// They may stand in functions that are called only when the kernel says that the processor has them. Encodings are those
// of the Arm Architecture Reference Manual for A-profile, F3.1 (T32) and F4.1 (A32).

import { functionsOf, lastAtOrBefore, mappingOf, readElf } from "./elf.mjs";

/** Functions of the crate `ring` that it calls after it asked the kernel; it writes its version before their names. */
const GUARDED = new RegExp(
  `^ring_core_[\\d_]+_(${[
    "bn_mul8x_mont_neon",
    "bsaes_ctr32_encrypt_blocks",
    "ChaCha20_ctr32_neon",
    "CRYPTO_poly1305_(init|update|finish)_neon",
    "gcm_(init|gmult|ghash)_neon",
    "openssl_poly1305_neon2_(addmulmod|blocks)",
    "sha(256|512)_block_data_order_neon",
    "vpaes_(set_encrypt_key|encrypt|ctr32_encrypt_blocks|encrypt_key_to_bsaes)",
    "x25519_NEON",
  ].join("|")})$`,
);

/** Parts of those in assembly, which nothing else calls. */
const PARTS = /^_(bsaes_(encrypt8|key_convert)|vpaes_(preheat|encrypt_\w+|key_preheat|schedule_\w+))$/;

/** Whether a word of A32 needs NEON. */
export function isNeon(word) {
  const isData = (word & 0xfe000000) >>> 0 === 0xf2000000;
  const isLoadOrStore = (word & 0xff100000) >>> 0 === 0xf4000000;
  return isData || isLoadOrStore || (word >>> 28 < 0xf && isElementTransfer(word));
}

/** Whether the two halves of an instruction of T32, the first above the second, need NEON. */
export function isThumbNeon(word) {
  const isData = (word & 0xef000000) >>> 0 === 0xef000000;
  const isLoadOrStore = (word & 0xff100000) >>> 0 === 0xf9000000;
  return isData || isLoadOrStore || (word >>> 28 === 0xe && isElementTransfer(word));
}

/** VDUP, and VMOV of an element of 8 or 16 bits; of 32 bits any floating-point unit has it. Both sets share them. */
function isElementTransfer(word) {
  if ((word & 0x0f000f10) >>> 0 !== 0x0e000b10) return false;
  const bit = (at) => (word >>> at) & 1;
  const isDuplicate = bit(23) === 1 && bit(20) === 0;
  return isDuplicate || bit(22) === 1 || bit(5) === 1;
}

/**
 * Names of functions that need NEON without asking.
 *
 * @param {string} path a little-endian ELF file of 32 bits
 * @returns {string[] | undefined} nothing is known of a file without a table of symbols
 */
export function unguardedNeon(path) {
  const { file, code, symbols } = readElf(path);
  if (symbols === undefined) return undefined;
  const mapping = mappingOf(symbols);
  const owners = functionsOf(symbols).sort((a, b) => a.at - b.at);
  const found = new Set();
  for (const { offset, size } of code) {
    const end = offset + size;
    const marks = mapping.filter(({ at }) => at >= offset && at < end);
    marks.forEach(({ at, kind }, index) => {
      const stop = marks[index + 1]?.at ?? end;
      const places = kind === "a" ? armNeon(file, at, stop) : kind === "t" ? thumbNeon(file, at, stop) : [];
      for (const place of places) {
        // Functions in assembly may say that they have no size.
        const name = owners[lastAtOrBefore(owners, place)]?.name ?? "code without a name";
        if (!GUARDED.test(name) && !PARTS.test(name)) found.add(name);
      }
    });
  }
  return [...found];
}

function armNeon(file, start, end) {
  const places = [];
  for (let at = start; at + 4 <= end; at += 4) if (isNeon(file.readUInt32LE(at))) places.push(at);
  return places;
}

function thumbNeon(file, start, end) {
  const places = [];
  for (let at = start; at + 2 <= end; ) {
    const first = file.readUInt16LE(at);
    const isLong = first >>> 11 >= 0b11101;
    if (isLong && at + 4 <= end && isThumbNeon(first * 0x10000 + file.readUInt16LE(at + 2))) places.push(at);
    at += isLong ? 4 : 2;
  }
  return places;
}
