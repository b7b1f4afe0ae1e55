// A text to count words in.

import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cache } from "../../scripts/lib/paths.mjs";

/** How many words there are to draw from; some are drawn far more often than others, as in a language. */
const VOCABULARY = 20_000;

/**
 * Makes a file of lines of words, once. Needs the build lock.
 *
 * @param {number} bytes about how many
 * @returns its path
 */
export function prepareWords(bytes) {
  const path = join(cache, "bench-data", `words-${bytes / 1e6}.txt`);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  writeFileSync(partial, textOf(bytes));
  renameSync(partial, path);
  return path;
}

function textOf(bytes) {
  const next = random();
  const lines = [];
  for (let size = 0; size < bytes; size += lines.at(-1).length) {
    const words = Array.from({ length: 8 + Math.floor(next() * 9) }, () => {
      const word = Math.floor(next() ** 2 * VOCABULARY);
      return `w${((word * 7919) % 100_003).toString(36)}`;
    });
    lines.push(`${words.join(" ")}\n`);
  }
  return lines.join("");
}

/** The same numbers from 0 up to 1 in every run: a linear congruential generator. */
function random() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
}
