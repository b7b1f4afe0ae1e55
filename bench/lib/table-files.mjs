// The Parquet files that the workloads of tables read: rows, and a second table whose keys they have.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cache } from "../../scripts/lib/paths.mjs";
import { withProgress } from "../../scripts/lib/progress.mjs";

/**
 * Makes them, once. Needs a Bramble that is built.
 *
 * @param {number} rows of the first; the second has a tenth of that
 * @returns {Promise<{ table: string, keys: string, rows: number }>} their paths
 */
export async function prepareTables(rows) {
  const folder = join(cache, "bench-data");
  const table = join(folder, `table-${rows}.parquet`);
  const keys = join(folder, `keys-${rows / 10}.parquet`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(table) || !existsSync(keys))
    await withProgress(`Making a Parquet file of ${rows / 1e6} million rows`, () => write(table, keys, rows));
  return { table, keys, rows };
}

async function write(table, keys, rows) {
  const { dataframe } = await import("bramble");
  const count = rows / 10;
  const fraction = (row, factor) => (row * factor) % 1;
  const columns = { key: new Int32Array(rows), x: new Float64Array(rows), y: new Float64Array(rows) };
  for (let row = 0; row < rows; row += 1) {
    columns.key[row] = (row * 7919) % count;
    columns.x[row] = fraction(row, 0.754877666);
    columns.y[row] = fraction(row, 0.569840291);
  }
  await dataframe.fromMap(columns).toParquet(table, { overwrite: true });
  const key = Int32Array.from({ length: count }, (_, row) => (row * 104729) % count);
  const value = Float64Array.from(key, (number) => fraction(number, 0.35));
  await dataframe.fromMap({ key, value }).toParquet(keys, { overwrite: true });
}
