/**
 * Merges parts as a balanced tree: the first half, the longer one, with the rest, each merged likewise.
 *
 * @param merge - merges the second of two arrays into the first.
 */
export function mergeByHalves<T extends { slice(): T }>(
  parts: readonly T[],
  merge: (older: T, newer: T) => void,
): T {
  const [first] = parts;
  if (first === undefined) throw new RangeError("a merge of no parts");
  if (parts.length === 1) return first.slice();
  const middle = Math.ceil(parts.length / 2);
  const older = mergeByHalves(parts.slice(0, middle), merge);
  merge(older, mergeByHalves(parts.slice(middle), merge));
  return older;
}
