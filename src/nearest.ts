/** How many names are offered. */
const OFFERED = 3;

/** The names most similar to a name, the most similar one first; if none is, the first ones there are. */
export function nearest(wanted: string, names: readonly string[]): string[] {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const close = ranked.filter(
    ({ name, distance }) => distance <= Math.floor(Math.max(name.length, 3) / 2),
  ).length;
  return ranked.slice(0, close === 0 ? OFFERED : Math.min(close, OFFERED)).map(({ name }) => name);
}

/** How many characters have to be inserted, removed or replaced. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 0; line < from.length; line += 1) {
    const next = [line + 1];
    for (let column = 0; column < to.length; column += 1) {
      const replaced = (row[column] ?? 0) + (from[line] === to[column] ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
