import { checkInteger, checkOptions, invalid } from "../../check.js";
import { chunksOf } from "../../array/blocks.js";
import { checkBytes } from "../../config/index.js";
import { BrambleError } from "../../errors.js";
import type { Column } from "../../generated/frames.js";
import { formatType } from "../column-type.js";
import { col } from "../expr/functions.js";
import { EXPRESSION } from "../expr/wire.js";
import { pickPartitions } from "../map-partitions.js";
import { checkNames, type FrameNode, inOrder, step } from "../node.js";
import { concat, filter, sort } from "../operations.js";
import {
  checkDivisions,
  checkValue,
  type Divisions,
  type DivisionValue,
  type FrameIndex,
  inPieces,
  kindOf,
  pieceOf,
  redivide,
} from "./divisions.js";

/** How rows are sorted into pieces. */
export interface SetIndexOptions {
  /** The first value of each piece, and the last value of all. Default: unknown, until `computeDivisions` finds them out. */
  readonly divisions?: readonly DivisionValue[] | undefined;
  /** How many pieces there are, where divisions are not given. Default: as many as before. */
  readonly npartitions?: number | undefined;
}

/** Which pieces there are to be; one of these. */
export interface RepartitionOptions {
  /** So many. */
  readonly npartitions?: number | undefined;
  /** Those that begin at these values of the index, the last of which ends the last one. */
  readonly divisions?: readonly DivisionValue[] | undefined;
  /** So large as files at most: bytes, or text such as `"64MiB"`. */
  readonly partitionSize?: number | string | undefined;
}

/** See `DataFrame.setIndex`. */
export function setIndex(node: FrameNode, column: unknown, options: SetIndexOptions): FrameNode {
  checkOptions(options, "options", ["divisions", "npartitions"]);
  if (typeof column !== "string") throw invalid("the name of a column", "column", column);
  const of = columnOf(node, column);
  if (kindOf(of) === undefined)
    throw new BrambleError(
      "SCHEMA_MISMATCH",
      `Rows are parted by numbers, text, dates or times, but ${column} is ${formatType(of.type)}`,
    );
  const { divisions, npartitions } = options;
  if (divisions !== undefined && npartitions !== undefined)
    throw invalid("no `npartitions` beside `divisions`", "options.npartitions", npartitions);
  const known = divisions && checkDivisions(divisions, of, "options.divisions");
  const sorted = sort(node, column, { nullsLast: true });
  const count = checkInteger(npartitions ?? node.npartitions, "options.npartitions", 1, 1_000_000);
  const frame = indexed(sorted, { column, divisions: known }, count);
  return npartitions === undefined ? frame : spread(frame, count);
}

/** A node whose rows are sorted by an index, in its divisions or so many pieces. */
function indexed(node: FrameNode, index: FrameIndex, npartitions = node.npartitions): FrameNode {
  const { divisions } = index;
  if (divisions === undefined) return { ...node, index, npartitions };
  return { ...node, index, npartitions: divisions.length - 1, atLeast: undefined };
}

/** The same rows in other divisions. */
export function withDivisions(node: FrameNode, divisions: Divisions): FrameNode {
  const index = { ...indexOf(node), divisions };
  // The sort puts rows into their pieces itself, if it is the first to know them.
  return indexed(node.index?.divisions === undefined ? node : same(node), index);
}

/** See `DataFrame.loc`. */
export function loc(node: FrameNode, from: unknown, to: unknown): FrameNode {
  const { column, divisions } = indexOf(node);
  const of = columnOf(node, column);
  const [first, last] = [from, to].map((value, place) =>
    value === null ? undefined : checkValue(value, of, place === 0 ? "from" : "to"),
  );
  const above = first === undefined ? undefined : col(column).ge(first);
  const below = last === undefined ? undefined : col(column).le(last);
  const condition = above !== undefined && below !== undefined ? above.and(below) : (above ?? below);
  if (condition === undefined) return node;
  const filtered = step([node], { filter: condition[EXPRESSION] });
  if (divisions === undefined) return filtered;
  const begin = first === undefined ? 0 : pieceOf(divisions, first);
  const end = last === undefined ? divisions.length - 1 : pieceOf(divisions, last) + 1;
  return narrowed(filtered, divisions, begin, Math.max(begin + 1, end));
}

/** A filter whose rows are in these pieces of its input alone. */
function narrowed(node: FrameNode, divisions: Divisions, first: number, end: number): FrameNode {
  const index = { ...indexOf(node), divisions: divisions.slice(first, end + 1) };
  return { ...indexed(node, index), within: [first, end] };
}

/** See `DataFrame.partitions`. */
export function partitions(node: FrameNode, wanted: unknown): FrameNode {
  const places = chunksOf(wanted, { name: "partitions", axis: 0 }, node.npartitions, "partitions");
  if (places.length === 0) return filter(node, [false]);
  const { column = "", divisions } = node.index ?? {};
  if (divisions === undefined) return pickPartitions(node, places);
  const runs = runsOf(places).map(({ first, end }) => {
    const condition = inPieces({ column, divisions }, first, end);
    if (condition === undefined) return node;
    return narrowed(step([node], { filter: condition[EXPRESSION] }), divisions, first, end);
  });
  const [only] = runs;
  return runs.length === 1 && only !== undefined ? only : concat(runs, "vertical");
}

/** Neighbouring numbers together. */
function runsOf(places: readonly number[]): { readonly first: number; readonly end: number }[] {
  const runs: { first: number; end: number }[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last?.end === place) last.end += 1;
    else runs.push({ first: place, end: place + 1 });
  }
  return runs;
}

/** See `DataFrame.repartition`. */
export function repartition(node: FrameNode, wanted: unknown): FrameNode {
  if (typeof wanted === "number") return repartition(node, { npartitions: wanted });
  const names = ["npartitions", "divisions", "partitionSize"] as const;
  checkOptions(wanted, "options", names);
  const options = wanted as RepartitionOptions;
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length !== 1) throw invalid(`one of ${names.join(", ")}`, "options", wanted);
  if (options.divisions !== undefined) {
    const of = columnOf(node, indexOf(node).column);
    return withDivisions(node, checkDivisions(options.divisions, of, "options.divisions"));
  }
  const { partitionSize, npartitions } = options;
  if (partitionSize === undefined)
    return inPiecesOf(node, checkInteger(npartitions, "npartitions", 1, 1_000_000));
  const most = checkBytes(partitionSize, "options.partitionSize");
  return inPiecesOf(node, Math.max(1, Math.ceil(bytesOf(node) / most)));
}

function inPiecesOf(node: FrameNode, count: number): FrameNode {
  const { index } = node;
  if (index?.divisions === undefined) return spread(node, count);
  const divisions = redivide(index.divisions, count, columnOf(node, index.column).type);
  return divisions === undefined
    ? spread({ ...same(node), index: { column: index.column } }, count)
    : withDivisions(node, divisions);
}

/** A node whose rows are in so many pieces, neither fewer nor more. */
function spread(node: FrameNode, count: number): FrameNode {
  return { ...node, npartitions: count, atLeast: count };
}

/** How many bytes a frame is made of. */
function bytesOf(node: FrameNode): number {
  const ordered = inOrder(node);
  if (ordered.some(({ pending, made }) => pending !== undefined || made !== undefined))
    throw new BrambleError(
      "INVALID_ARGUMENT",
      "`partitionSize` needs to know how large the rows are, which functions have yet to make: use `persist` before",
    );
  const sources = ordered.filter(({ inputs }) => inputs.length === 0);
  return sources.reduce((sum, { bytes, buffer }) => sum + bytes + (buffer?.byteLength ?? 0), 0);
}

/** A step that leaves all rows as they are, and may have other pieces than the one before. */
function same(node: FrameNode): FrameNode {
  return step([node], { drop: [] });
}

/** What rows are sorted by. */
export function indexOf(node: FrameNode): FrameIndex {
  if (node.index !== undefined) return node.index;
  throw new BrambleError("INVALID_ARGUMENT", "The frame has no index: use `setIndex` before");
}

function columnOf(node: FrameNode, name: string): Column {
  checkNames(node, [name]);
  return node.columns.find((column) => column.name === name) as Column;
}
