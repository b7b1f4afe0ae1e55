// Rows that others get from us and give back: by rule, so that both sides can make them. Row `i` has `i * 7 - 100` as `id`, null
// where `i % 50` is 49, and so on. `frames.py` has the same rule.

export const ROWS = 1000;

export const SCHEMA = {
  id: "i64",
  name: "str",
  x: "f64",
  ok: "bool",
  day: "date",
  at: "datetime",
  small: "i16",
};

export const records = Array.from({ length: ROWS }, (_, row) => ({
  id: row % 50 === 49 ? null : BigInt(row * 7 - 100),
  name: row % 3 === 0 ? null : `n"${row}',\né`,
  x: row % 5 === 0 ? null : row / 7,
  ok: row % 2 === 0,
  day: new Date(Date.UTC(2024, 0, 1 + row)),
  at: new Date(1.7e12 + row * 1001),
  small: row % 100,
}));
