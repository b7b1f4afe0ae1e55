// Few numbers that stand for many.

/** @param {number[]} values at least one */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** The median of what each pair of measurements of the same round says: `a` divided by `b`. */
export function medianRatio(a, b) {
  return median(a.map((value, round) => value / b[round]));
}
