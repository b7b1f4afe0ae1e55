// Finds instructions of 64-bit ARM that a Raspberry Pi 3 or 4 lacks: the atomic ones of ARMv8.1 ("LSE"), dot products, and
// those for cryptography, which ARMv8.0 leaves to makers' choice.
//
// They may stand in functions that are called only when the kernel says that the processor has them. Encodings are those
// of the Arm Architecture Reference Manual for A-profile, C4.1.

import { functionsOf, lastAtOrBefore, mappingOf, readElf } from "./elf.mjs";

/** Functions that look before they leap, or are called by others that do. */
const GUARDED = [
  // Helpers that compilers and std put atomic operations into.
  /^__aarch64_(cas|swp|ldadd|ldclr|ldeor|ldset)/,
  // libdeflate's checksums, of which it chooses one when the program runs.
  /^(adler32_arm_neon_dotprod|crc32_arm_(pmullx?|crc_pmullcombine)\w*)$/,
  // Those of the crates crc32fast and sha2, as compilers write their paths.
  /^_ZN(9crc32fast11specialized7aarch64|4sha26sha(256|512)12aarch64_sha[23])/,
  // ring's; it writes its version before their names.
  /^ring_core_[\d_]+_(aes_(hw|gcm)_\w+|gcm_(init|gmult|ghash)_clmul|aes_gcm_(enc|dec)_kernel|sha(256|512)_block_data_order_hw)$/,
];

/** Whether a word is an atomic instruction of ARMv8.1: LDADD, SWP and their kin, or CAS, or CASP. */
export function isLse(word) {
  const isLoadAndOperate = (word & 0x3f200c00) >>> 0 === 0x38200000 && ((word >>> 12) & 0xf) <= 8;
  const isCas = (word & 0x3fa07c00) >>> 0 === 0x08a07c00;
  const isCasPair = (word & 0xbfa07c00) >>> 0 === 0x08207c00;
  return isLoadAndOperate || isCas || isCasPair;
}

/** Whether a word is SDOT or UDOT, of vectors or by an element. */
export function isDotProduct(word) {
  const isOfVectors = (word & 0x9fe0fc00) >>> 0 === 0x0e809400;
  const isByElement = (word & 0x9fc0f400) >>> 0 === 0x0f80e000;
  return isOfVectors || isByElement;
}

/** Whether a word is one of AES, SHA-1, SHA-2 or SHA-3, or a polynomial product of 64 bits. */
export function isCryptography(word) {
  const isAes = (word & 0xffffcc00) >>> 0 === 0x4e284800;
  const isSha = (word & 0xffe08c00) >>> 0 === 0x5e000000 || (word & 0xffffcc00) >>> 0 === 0x5e280800;
  const isLaterSha = word >>> 24 === 0xce;
  const isPolynomial = (word & 0xbfe0fc00) >>> 0 === 0x0ee0e000;
  return isAes || isSha || isLaterSha || isPolynomial;
}

/**
 * Names of functions that use any of them without asking.
 *
 * @param {string} path a little-endian ELF file of 64 bits
 * @returns {string[] | undefined} nothing is known of a file without a table of symbols
 */
export function unguardedNewer(path) {
  const { file, symbols } = readElf(path);
  if (symbols === undefined) return undefined;
  const isData = dataOf(symbols);
  const uses = ({ at, size }) => {
    for (let place = at; place + 4 <= at + size; place += 4)
      if (isNewer(file.readUInt32LE(place)) && !isData(place)) return true;
    return false;
  };
  const isGuarded = ({ name }) => GUARDED.some((pattern) => pattern.test(name));
  const found = functionsOf(symbols).filter((symbol) => !isGuarded(symbol) && uses(symbol));
  return [...new Set(found.map(({ name }) => name))];
}

function isNewer(word) {
  return isLse(word) || isDotProduct(word) || isCryptography(word);
}

/** Tells whether constants stand in a place among instructions. */
function dataOf(symbols) {
  const mapping = mappingOf(symbols);
  return (place) => mapping[lastAtOrBefore(mapping, place)]?.kind === "d";
}
