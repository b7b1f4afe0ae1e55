import { BrambleError } from "../errors.js";

/** Letters, digits and `_`, then `.` and `-` too: what every shell, file system and YAML file takes as it is. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
const MAX_BYTES = 100;

/**
 * Checks the name of an environment that is to be made.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT`
 */
export function checkEnvironmentName(name: string): string {
  if (NAME.test(name) && Buffer.byteLength(name) <= MAX_BYTES) return name;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(name)} can't be the name of an environment: ` +
      `it takes letters, digits, "_", "." and "-", the first a letter, a digit or "_", ${MAX_BYTES} bytes at most`,
  );
}

/** The word that somebody may have meant, if one is near enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
}

/** How many letters must be put in, left out or changed (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 0; line < from.length; line++) {
    let diagonal = line;
    const next = [line + 1];
    for (let column = 0; column < to.length; column++) {
      const above = row[column + 1] ?? 0;
      const changed = diagonal + (from[line] === to[column] ? 0 : 1);
      next.push(Math.min(changed, above + 1, (next[column] ?? 0) + 1));
      diagonal = above;
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
