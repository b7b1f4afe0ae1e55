import type { FrameNode } from "../node.js";
import { step } from "../node.js";
import { fromColumns } from "../make.js";
import { schemaOf } from "../column-type.js";
import { compareValues, type Divisions, type DivisionValue, inPieces } from "./divisions.js";
import { EXPRESSION } from "../expr/wire.js";

/** The values at which all ranges but the first begin, as rows of a column `0`. */
export function boundsNode(node: FrameNode, column: string, divisions: Divisions): FrameNode {
  const schema = schemaOf(node.columns.filter(({ name }) => name === column));
  return fromColumns(new Map([["0", divisions.slice(1, -1)]]), { 0: schema[column] ?? "null" });
}

/** The rows of pieces, each of which has a range of values, in other ranges. */
export function intoRanges(
  pieces: readonly FrameNode[],
  have: Divisions,
  wanted: { readonly column: string; readonly divisions: Divisions },
): FrameNode[][] {
  const { column, divisions } = wanted;
  return Array.from({ length: divisions.length - 1 }, (_, place) => {
    const within = inPieces({ column, divisions }, place, place + 1);
    const from = place === 0 ? undefined : divisions[place];
    const below = place === divisions.length - 2 ? undefined : divisions[place + 1];
    const touching = pieces.filter((__, piece) => meets(have, piece, from, below));
    return within === undefined
      ? touching
      : touching.map((piece) => step([piece], { filter: within[EXPRESSION] }));
  });
}

/** Whether a piece may have rows from one value on and below another one; undefined stands for no limit. */
function meets(
  have: Divisions,
  piece: number,
  from: DivisionValue | undefined,
  below: DivisionValue | undefined,
): boolean {
  const begins = piece === 0 ? undefined : have[piece];
  const ends = piece === have.length - 2 ? undefined : have[piece + 1];
  const isAbove = begins !== undefined && below !== undefined && compareValues(begins, below) >= 0;
  const isBelow = ends !== undefined && from !== undefined && compareValues(ends, from) <= 0;
  return !isAbove && !isBelow;
}
