import type { Expression, Order } from "../../generated/frames.js";
import type { Expr } from "../expr/expr.js";
import { col, lit, len } from "../expr/functions.js";
import { EXPRESSION } from "../expr/wire.js";
import { type FrameNode, step } from "../node.js";
import { stepEach } from "./calls.js";
import { drop, filter, withRowIndex } from "../operations.js";

/** Begins the names of columns that only pieces see. */
export const HIDDEN = "\u0000";
const ROW = `${HIDDEN}row`;
/** Of so many rows of a piece, a power of 2, one tells the others how its values are spread: */
const SAMPLE = 256;
/**
 * the first of the first ones, and of those that follow, in this piece and in the next, one so much later each time. Odd, so
 * that no place is left out, and near the golden section, so that places are spread however many there are.
 */
const LATER = 159;

/** Names of the columns that say which place a row has: the number of its piece, and its own within that. */
export type Place = readonly [piece: string, row: string];
/** The place that a row of the first or only input has. */
export const FIRST: Place = [`${HIDDEN}piece`, ROW];
/** The place that a row of the second input has. */
export const SECOND: Place = [`${HIDDEN}piece of second`, `${HIDDEN}row of second`];

/** The rows of pieces with the places that they have. */
export function withPlaces(pieces: readonly FrameNode[], [pieceName, rowName]: Place): FrameNode[] {
  const numbered = stepEach(pieces, { rowIndex: { name: rowName, offset: 0 } });
  return stepEach(numbered, (number) => ({
    withColumns: [lit(number).cast("u32").alias(pieceName)[EXPRESSION]],
  }));
}

/** Rows without the columns that only pieces see. */
export function withoutPlaces(pieces: readonly FrameNode[]): FrameNode[] {
  const hidden = pieces[0]?.columns.map(({ name }) => name).filter(isHidden);
  return stepEach(pieces, { drop: hidden ?? [] });
}

/** Whether only pieces see a column of this name. */
export function isHidden(name: string): boolean {
  return name.startsWith(HIDDEN);
}

/** The order of places. What has none comes last. */
export function orderOf(places: readonly Place[]): Order {
  const by = places.flat().map((name): Expression => ({ column: name }));
  return { by, descending: by.map(() => false), nulls_last: true };
}

/**
 * Some of the values that rows of pieces, in whatever order, are to be sorted by, under numbers as names. Pieces may be sorted
 * already and have their values from the same range, as those of a join have places: drawn at the same rows of each, many
 * samples would be about equal, and ranges between them without rows or of many times their share.
 */
export function samplesOf(pieces: readonly FrameNode[], { by }: Order): FrameNode[] {
  const values = by.map((of, number): Expression => ({ alias: { of, name: String(number) } }));
  const rows = stepEach(stepEach(pieces, { select: values }), { rowIndex: { name: ROW, offset: 0 } });
  const some = stepEach(rows, (piece) => ({ filter: isDrawn(piece % SAMPLE)[EXPRESSION] }));
  return stepEach(some, { drop: [ROW] });
}

/** Whether a row of a piece of this number is one of its samples, of which a short piece has one too. */
function isDrawn(piece: number): Expr {
  const place = col(ROW).floorDivide(SAMPLE).plus(piece).multiply(LATER).modulo(SAMPLE);
  return col(ROW).modulo(SAMPLE).eq(place.modulo(len()));
}

/** The rows of these numbers. */
export function picked(node: FrameNode, numbers: readonly number[]): FrameNode {
  return drop(filter(withRowIndex(node, ROW, 0), [col(ROW).isIn([...numbers])]), ROW);
}

/** Values that part samples of all pieces into as many ranges as there are to be, of about the same size. */
export function boundsOf(samples: FrameNode, order: Order, count: number): FrameNode {
  const by = samples.columns.map(({ name }) => col(name)[EXPRESSION]);
  const rows = withRowIndex(step([samples], { sort: { ...order, by } }), ROW, 0);
  const row = col(ROW).cast("i64");
  const rangeOf = (of: typeof row): typeof row => of.multiply(count).floorDivide(len().cast("i64"));
  return drop(filter(rows, [row.gt(0).and(rangeOf(row).ne(rangeOf(row.minus(1))))]), ROW);
}
