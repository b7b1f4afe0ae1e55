// Finds instructions of 64-bit ARM that came after the Raspberry Pi 4: the atomic ones of ARMv8.1 ("LSE").
//
// Compilers put them into helpers that ask the kernel first, `__aarch64_cas4_acq` and the like. Anywhere else they end
// the program on a Pi 3 or 4. Encodings are those of the Arm Architecture Reference Manual, C4.1.94.

import { readFileSync } from "node:fs";

const STT_FUNC = 2;
const SHT_SYMTAB = 2;
/** Helpers that look before they leap, of compilers and of the crate that std uses. */
const GUARDED = /^__aarch64_(cas|swp|ldadd|ldclr|ldeor|ldset)/;

/** Whether a word is such an instruction: LDADD, SWP and their kin, or CAS, or CASP. */
export function isLse(word) {
  const isLoadAndOperate = (word & 0x3f200c00) >>> 0 === 0x38200000 && ((word >>> 12) & 0xf) <= 8;
  const isCas = (word & 0x3fa07c00) >>> 0 === 0x08a07c00;
  const isCasPair = (word & 0xbfa07c00) >>> 0 === 0x08207c00;
  return isLoadAndOperate || isCas || isCasPair;
}

/**
 * Names of functions that use them without asking. Of a library without a table of symbols nothing is known.
 *
 * @param {string} path a little-endian ELF file of 64 bits
 * @returns {string[] | undefined}
 */
export function unguardedAtomics(path) {
  const file = readFileSync(path);
  const sections = readSections(file);
  const symbols = sections.find(({ type }) => type === SHT_SYMTAB);
  if (symbols === undefined) return undefined;
  const names = sections[symbols.link];
  const found = new Set();
  for (let at = symbols.offset; at < symbols.offset + symbols.size; at += 24) {
    const isFunction = (file[at + 4] & 0xf) === STT_FUNC;
    const section = sections[file.readUInt16LE(at + 6)];
    if (!isFunction || section === undefined) continue;
    const start = section.offset + Number(file.readBigUInt64LE(at + 8)) - section.address;
    const end = start + Number(file.readBigUInt64LE(at + 16));
    if (!someWord(file, start, end, isLse)) continue;
    const name = textAt(file, names.offset + file.readUInt32LE(at));
    if (!GUARDED.test(name)) found.add(name);
  }
  return [...found];
}

function readSections(file) {
  const [start, size, count] = [
    Number(file.readBigUInt64LE(40)),
    file.readUInt16LE(58),
    file.readUInt16LE(60),
  ];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      type: file.readUInt32LE(at + 4),
      address: Number(file.readBigUInt64LE(at + 16)),
      offset: Number(file.readBigUInt64LE(at + 24)),
      size: Number(file.readBigUInt64LE(at + 32)),
      link: file.readUInt32LE(at + 40),
    };
  });
}

function someWord(file, start, end, holds) {
  for (let at = start; at + 4 <= end; at += 4) if (holds(file.readUInt32LE(at))) return true;
  return false;
}

function textAt(file, start) {
  return file.toString("latin1", start, file.indexOf(0, start));
}
