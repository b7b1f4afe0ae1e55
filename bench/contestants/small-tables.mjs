// The columns of tables that are small enough for every contestant, as memory has them in every language.

const fraction = (row, factor) => (row * factor) % 1;

/**
 * @param {{ rows: number, keys: number }} sizes
 * @returns rows whose `key` is one of a second table, where each key has a `value`
 */
export function smallTables({ rows, keys }) {
  const each = (length, of) => Float64Array.from({ length }, (_, row) => of(row));
  return {
    rows: {
      key: Int32Array.from({ length: rows }, (_, row) => (row * 7919) % keys),
      x: each(rows, (row) => fraction(row, 0.754877666)),
      y: each(rows, (row) => fraction(row, 0.569840291)),
    },
    keys: {
      key: Int32Array.from({ length: keys }, (_, row) => row),
      value: each(keys, (row) => fraction(row, 0.35)),
    },
  };
}
