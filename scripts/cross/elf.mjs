// Reads what checks of binaries need: the functions of a little-endian ELF file, of 32 or 64 bits.

import { readFileSync } from "node:fs";

const STT_NOTYPE = 0;
const STT_FUNC = 2;
const SHT_SYMTAB = 2;
const SHF_EXECINSTR = 4;

/**
 * @param {string} path
 * @returns {{ file: Buffer, code: Section[], symbols: Symbol[] | undefined }} sections of instructions, and the named
 *   places in them; none if somebody took the table of symbols away
 */
export function readElf(path) {
  const file = readFileSync(path);
  const read = file[4] === 2 ? wide(file) : narrow(file);
  const sections = read.sections();
  const table = sections.find(({ type }) => type === SHT_SYMTAB);
  const code = sections.filter(({ flags }) => flags & SHF_EXECINSTR);
  return { file, code, symbols: table && read.symbols(table, sections) };
}

/** The functions among symbols. */
export function functionsOf(symbols) {
  return symbols.filter(({ type }) => type === STT_FUNC);
}

/** Where instructions of one kind, or data among them, begin: `$a`, `$t`, `$d` and, of 64 bits, `$x`. In order. */
export function mappingOf(symbols) {
  const marks = symbols.filter(({ type, name }) => type === STT_NOTYPE && /^\$[atdx](\.|$)/.test(name));
  return marks.map(({ at, name }) => ({ at, kind: name[1] })).sort((a, b) => a.at - b.at);
}

/** Of symbols in order, the index of the last one that begins at a place or before it; -1 if none does. */
export function lastAtOrBefore(symbols, place) {
  let [low, high] = [0, symbols.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (symbols[middle].at <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function wide(file) {
  const word = (at) => Number(file.readBigUInt64LE(at));
  return reader(file, word, {
    header: { sections: 40, size: 58, count: 60 },
    section: { flags: 8, address: 16, offset: 24, size: 32, link: 40 },
    symbol: { bytes: 24, info: 4, section: 6, value: 8, size: 16 },
  });
}

function narrow(file) {
  const word = (at) => file.readUInt32LE(at);
  return reader(file, word, {
    header: { sections: 32, size: 46, count: 48 },
    section: { flags: 8, address: 12, offset: 16, size: 20, link: 24 },
    symbol: { bytes: 16, info: 12, section: 14, value: 4, size: 8 },
  });
}

function reader(file, word, { header, section, symbol }) {
  const textAt = (start) => file.toString("latin1", start, file.indexOf(0, start));
  return {
    sections() {
      const [start, size, count] = [
        word(header.sections),
        file.readUInt16LE(header.size),
        file.readUInt16LE(header.count),
      ];
      return Array.from({ length: count }, (_, index) => {
        const at = start + index * size;
        return {
          type: file.readUInt32LE(at + 4),
          flags: word(at + section.flags),
          address: word(at + section.address),
          offset: word(at + section.offset),
          size: word(at + section.size),
          link: file.readUInt32LE(at + section.link),
        };
      });
    },
    symbols(table, sections) {
      const names = sections[table.link].offset;
      const found = [];
      for (let at = table.offset; at < table.offset + table.size; at += symbol.bytes) {
        const place = sections[file.readUInt16LE(at + symbol.section)];
        if (!(place?.flags & SHF_EXECINSTR)) continue;
        const address = word(at + symbol.value);
        const type = file[at + symbol.info] & 0xf;
        // The lowest bit of a Thumb function's address says just that.
        const isThumb = type === STT_FUNC && file[4] === 1 && (address & 1) === 1;
        found.push({
          type,
          name: textAt(names + file.readUInt32LE(at)),
          at: place.offset + (isThumb ? address - 1 : address) - place.address,
          size: word(at + symbol.size),
        });
      }
      return found;
    },
  };
}
