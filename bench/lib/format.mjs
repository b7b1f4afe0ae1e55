// Figures and tables for people.

/** Three significant digits, without an exponent. */
function digits(value) {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** A duration, such as "12.3 ms". */
export function duration(seconds) {
  const units = [
    [1, "s"],
    [1e-3, "ms"],
    [1e-6, "µs"],
    [0, "ns"],
  ];
  const [size, unit] = units.find(([least]) => seconds >= least);
  return `${digits(seconds / (size || 1e-9))} ${unit}`;
}

/** How many times, such as "5.2x". */
export function times(value) {
  return `${digits(value)}x`;
}

/** A share, such as "85 %". */
export function percent(value) {
  return `${Math.round(value * 100)} %`;
}

/** Bytes, such as "85 MB". */
export function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** A rate, such as "45.1 GB/s". */
export function rate(value, unit) {
  return `${digits(value)} ${unit}`;
}

/**
 * Rows under a header, the first column to the left and the others to the right.
 *
 * @param {string[]} header
 * @param {string[][]} rows
 */
export function table(header, rows) {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd();
  return [line(header), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}
