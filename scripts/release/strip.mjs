// Takes from a program or library what only debuggers and linkers read, whatever machine it is for.

import { readFileSync, writeFileSync } from "node:fs";

const PT_LOAD = 1;

/**
 * Writes a copy that ends with the last byte which is ever loaded, and has no table of sections. (Published binaries are
 * stripped by the linker; those that tests pack carry line tables of many times their size.)
 *
 * @param {string} from
 * @param {string} to
 */
export function writeStripped(from, to) {
  const file = readFileSync(from);
  const wide = file[4] === 2;
  const number = (at, width) => (width === 8 ? Number(file.readBigUInt64LE(at)) : file.readUIntLE(at, width));
  const word = wide ? 8 : 4;
  const headers = number(wide ? 32 : 28, word);
  const [size, count] = [number(wide ? 54 : 42, 2), number(wide ? 56 : 44, 2)];
  let end = headers + size * count;
  for (let index = 0; index < count; index++) {
    const at = headers + index * size;
    if (number(at, 4) !== PT_LOAD) continue;
    const offset = number(at + (wide ? 8 : 4), word);
    end = Math.max(end, offset + number(at + (wide ? 32 : 16), word));
  }
  const kept = Buffer.from(file.subarray(0, end));
  // Where the sections are, how many, and which of them has their names.
  kept.fill(0, wide ? 40 : 32, (wide ? 40 : 32) + word);
  kept.fill(0, wide ? 60 : 48, wide ? 64 : 52);
  writeFileSync(to, kept, { mode: 0o755 });
}
