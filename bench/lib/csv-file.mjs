// The CSV file that the workloads of data frames read.

import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { cache } from "../../scripts/lib/paths.mjs";
import { withProgress } from "../../scripts/lib/progress.mjs";

const NAMES = ["Alice", "Bob", "Charlie", "Dan", "Edith", "Frank", "George", "Hannah", "Ingrid", "Jerry"];
const ROWS_AT_ONCE = 10_000;

/**
 * Makes it, once: names, an integer and two floats in each row.
 *
 * @param {number} rows
 * @returns {Promise<{ path: string, bytes: number }>}
 */
export async function prepareCsv(rows) {
  const path = join(cache, "bench-data", `names-${rows}.csv`);
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path))
    await withProgress(`Making a CSV file of ${rows / 1e6} million rows`, async () => write(path, rows));
  return { path, bytes: statSync(path).size };
}

function write(path, rows) {
  const partial = `${path}.partial`;
  const file = openSync(partial, "w");
  writeSync(file, "id,name,x,y\n");
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - first);
    writeSync(file, Array.from({ length: count }, (_, index) => line(first + index)).join(""));
  }
  closeSync(file);
  renameSync(partial, path);
}

/** Numbers that look drawn: the fractional parts of multiples, with all their digits. */
function line(row) {
  const x = ((row * 0.754877666) % 1) * 2 - 1;
  const y = ((row * 0.569840291) % 1) * 2 - 1;
  return `${row},${NAMES[(row * 7919) % NAMES.length]},${x},${y}\n`;
}
