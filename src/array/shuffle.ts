import { invalid } from "../check.js";
import { axisFromLengths, longestChunk, type Node } from "../graph/index.js";
import { gather } from "./rechunk.js";
import { listOf } from "./indexing.js";
import { checkAxis } from "./shape.js";
import { isIntegerList, positionsOf, takePoints } from "./take.js";
import { whenKnown } from "./when-known.js";

/** The elements at groups of positions along an axis, each group within one chunk. */
export function shuffle(x: Node, groups: unknown, axis: unknown): Node {
  const along = checkAxis(axis, "axis", x.shape.length);
  if (!Array.isArray(groups)) throw invalid("a list of lists of positions", "groups", groups);
  const lists = groups.map((group: unknown, number) => {
    if (isIntegerList(group)) return [...listOf(group, `groups[${number}]`)];
    throw invalid("a list of integers", `groups[${number}]`, group);
  });
  const unmeasured = { label: "shuffle", parameters: { lists, along }, dtype: x.dtype, ndim: x.shape.length };
  return whenKnown([x], unmeasured, ([known = x]) => shuffleKnown(known, lists, along));
}

function shuffleKnown(x: Node, lists: readonly (readonly (number | bigint)[])[], axis: number): Node {
  const length = x.shape[axis] ?? 0;
  const positions = lists.map((list, number) =>
    positionsOf(list, { name: `groups[${number}]`, axis }, length),
  );
  const all = Float64Array.from(positions.flatMap((list) => [...list]));
  const lengths = chunksOfGroups(
    positions.map((list) => list.length),
    longestChunk(x.grid[axis] ?? []),
  );
  const taken = takePoints(x, [axis], [all], axis);
  return gather(
    taken,
    taken.grid.map((blocks, number) => (number === axis ? axisFromLengths(lengths) : blocks)),
  );
}

/** Lengths of chunks of whole groups: as many in each as fit into so many elements, one at least. */
function chunksOfGroups(groups: readonly number[], most: number): number[] {
  const lengths = [0];
  for (const length of groups) {
    const last = lengths.at(-1) ?? 0;
    if (last > 0 && last + length > most) lengths.push(length);
    else lengths[lengths.length - 1] = last + length;
  }
  return lengths;
}
