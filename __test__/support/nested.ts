/** Arrays as nested lists: what indexing is checked against. */
export type Nested = number | readonly Nested[];

/** The numbers from 0 on under a shape. */
export function iota(shape: readonly number[], first = 0): Nested {
  const [length, ...rest] = shape;
  if (length === undefined) return first;
  const size = rest.reduce((product, other) => product * other, 1);
  return Array.from({ length }, (_, index) => iota(rest, first + index * size));
}

/** The entries at positions of an axis. */
export function taken(x: Nested, axis: number, positions: readonly number[]): Nested {
  const rows = x as readonly Nested[];
  if (axis > 0) return rows.map((row) => taken(row, axis - 1, positions));
  return positions.map((position) => rows.at(position) as Nested);
}

/** The entry at an index. */
export function at(x: Nested, index: readonly number[]): Nested {
  return index.reduce((rows, position) => (rows as readonly Nested[])[position] as Nested, x);
}

/** All numbers in row-major order. */
export function flat(x: Nested): number[] {
  return typeof x === "number" ? [x] : x.flatMap(flat);
}
