import { lit } from "../expr/functions.js";
import { EXPRESSION } from "../expr/wire.js";
import type { FrameNode } from "../node.js";
import { slice } from "../operations.js";
import { type Dealing, type PieceCalls, togetherOf } from "./calls.js";
import { picked } from "./places.js";

/** How rows go to others, in stages if need be. */
export interface Exchange extends Dealing {
  /**
   * How many pieces other rows are in that go to the same receivers, and must meet these there: in other stages equal values
   * would have other receivers.
   */
  readonly beside?: number | undefined;
}

/**
 * The rows of pieces, dealt out to others so that the number of shards stays near the number of pieces.
 *
 * Dealt at once there would be a shard from each for each. Where these were more than `most`, neighbouring pieces deal to
 * groups of receivers first, and what each group got from them is dealt on within it: with `l` such stages from `n` pieces
 * to as many there are about `l n^(1 + 1/l)` shards. Whoever receives rows has them in the order of the pieces that they
 * are from, however many stages they went through.
 */
export function exchange(
  calls: PieceCalls,
  pieces: readonly FrameNode[],
  dealing: Exchange,
  most: number,
): readonly FrameNode[] {
  const all = Math.max(pieces.length, dealing.beside ?? 0);
  return dealOut(calls, pieces, dealing, branchesOf(all, dealing.count, most));
}

/** To how many receivers, or groups of them, each piece deals at once. */
function branchesOf(pieces: number, count: number, most: number): number {
  if (pieces * count <= most) return count;
  const widest = Math.max(2, Math.sqrt(most));
  const stages = Math.max(2, Math.ceil(Math.log(Math.max(pieces, count)) / Math.log(widest)));
  return Math.max(2, Math.ceil(count ** (1 / stages)));
}

function dealOut(
  calls: PieceCalls,
  pieces: readonly FrameNode[],
  dealing: Exchange,
  branches: number,
): readonly FrameNode[] {
  const { count } = dealing;
  if (count === 1) return [togetherOf(pieces)];
  if (count <= branches) return calls.deal(pieces, dealing);
  const edges = Array.from({ length: branches + 1 }, (_, group) => Math.floor((group * count) / branches));
  const groups: FrameNode[][] = edges.slice(1).map(() => []);
  const amongGroups = ofGroups(calls, dealing, edges);
  for (let first = 0; first < pieces.length; first += branches) {
    const dealt = calls.deal(pieces.slice(first, first + branches), amongGroups);
    for (const [group, rows] of dealt.entries()) groups[group]?.push(rows);
  }
  return groups.flatMap((rows, group) => {
    const [first = 0, end = count] = edges.slice(group, group + 2);
    const inside = ofGroup(calls, dealing, first, end);
    return dealOut(calls, rows, inside, branches);
  });
}

/** How rows are dealt to groups, which begin with these receivers. */
function ofGroups(calls: PieceCalls, { by, ranges }: Exchange, edges: readonly number[]): Dealing {
  const count = edges.length - 1;
  if (ranges === undefined) return { by, count };
  const begins = edges.slice(1, -1).map((edge) => edge - 1);
  return { by, count, ranges: { ...ranges, bounds: calls.called(picked(ranges.bounds, begins)) } };
}

/** How rows are dealt within a group. */
function ofGroup(calls: PieceCalls, { by, ranges }: Exchange, first: number, end: number): Exchange {
  const count = end - first;
  if (ranges !== undefined) {
    const bounds = count === 1 ? ranges.bounds : calls.called(slice(ranges.bounds, first, count - 1));
    return { by, count, ranges: { ...ranges, bounds } };
  }
  // The rows of a group have hashes that are near each other. With a constant among the keys they have others, of which
  // those of the last stage tell nothing.
  return { by: [...by, lit(1)[EXPRESSION]], count };
}
