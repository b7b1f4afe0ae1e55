import type { Column } from "../../generated/frames.js";
import type { FrameNode } from "../node.js";
import { fromColumns } from "../make.js";
import { schemaOf } from "../column-type.js";
import { compareValues, type Divisions, type DivisionValue, inPieces } from "./divisions.js";
import { EXPRESSION } from "../expr/wire.js";

/** The values at which all ranges but the first begin, as rows of a column `0`. */
export function boundsNode(columns: readonly Column[], column: string, divisions: Divisions): FrameNode {
  const schema = schemaOf(columns.filter(({ name }) => name === column));
  return fromColumns(new Map([["0", divisions.slice(1, -1)]]), { 0: schema[column] ?? "null" });
}

/** The rows of pieces, each of which has a range of values, in other ranges. */
export function intoRanges(
  pieces: readonly FrameNode[],
  have: Divisions,
  { column, divisions }: { readonly column: string; readonly divisions: Divisions },
): FrameNode[][] {
  const [like] = pieces;
  let first = 0;
  return Array.from({ length: divisions.length - 1 }, (_, place) => {
    const from = place === 0 ? undefined : divisions[place];
    const below = place === divisions.length - 2 ? undefined : divisions[place + 1];
    // Both go up: what lies below one range lies below all that follow.
    while (first < pieces.length - 1 && liesBelow(have, first, from)) first += 1;
    let end = first;
    while (end < pieces.length && !liesAbove(have, end, below)) end += 1;
    const touching = pieces.slice(first, end);
    const within = inPieces({ column, divisions }, place, place + 1)?.[EXPRESSION];
    if (within === undefined || like === undefined) return touching;
    return touching.map((piece) => ({
      ...like,
      buffer: undefined,
      kept: undefined,
      operation: { filter: within },
      inputs: [piece],
    }));
  });
}

/** Whether all values of a piece are smaller than one; undefined stands for no limit. */
function liesBelow(have: Divisions, piece: number, from: DivisionValue | undefined): boolean {
  const ends = piece === have.length - 2 ? undefined : have[piece + 1];
  return ends !== undefined && from !== undefined && compareValues(ends, from) <= 0;
}

/** Whether all values of a piece are at least one; undefined stands for no limit. */
function liesAbove(have: Divisions, piece: number, below: DivisionValue | undefined): boolean {
  const begins = piece === 0 ? undefined : have[piece];
  return begins !== undefined && below !== undefined && compareValues(begins, below) >= 0;
}
