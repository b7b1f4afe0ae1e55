import { checkInteger } from "../../check.js";
import { computeEach, type FrameComputeOptions } from "../compute.js";
import { col, len } from "../expr/functions.js";
import { type FrameNode, memoryNode } from "../node.js";
import { concat, drop, dropNulls, filter, select, sort, withRowIndex } from "../operations.js";
import { boundsOf } from "../pieces/places.js";
import { readStream } from "../stream.js";
import { toRows } from "../values.js";
import { compareValues, type DivisionValue } from "./divisions.js";
import { indexOf, withDivisions } from "./set-index.js";

/** Of so many rows at most one is drawn, and so many for each division at least. */
const [APART, EACH] = [256, 64];
const ROW = "\u0000row";

/**
 * Finds out what divisions make pieces of about the same size: quantiles of a sample, which each piece draws from its
 * sorted values.
 */
export async function computeDivisions(
  node: FrameNode,
  npartitions: number | undefined,
  options: FrameComputeOptions,
): Promise<FrameNode> {
  const count = checkInteger(npartitions ?? node.npartitions, "npartitions", 1, 1_000_000);
  const { column } = indexOf(node);
  const { operation, inputs } = node;
  // No need to sort what is drawn from.
  const [unsorted] = typeof operation === "object" && "sort" in operation ? inputs : [];
  const values = dropNulls(select(unsorted ?? node, [column]), undefined);
  const drawn = await computeEach(values, (piece) => draw(piece, column, count), options);
  const samples = concat(
    drawn.map((rows) => memoryNode(rows, 1, values.columns)),
    "vertical",
  );
  const order = { by: [{ column }], descending: [false], nulls_last: true };
  const ends = select(samples, [col(column).min().alias("min"), col(column).max().alias("max")]);
  const [bounds, [{ min = null, max = null } = {}]] = await Promise.all([
    rowsOf(boundsOf(samples, order, count)),
    rowsOf(ends),
  ]);
  if (min === null || max === null) return node;
  const begins = [min, ...bounds.map((row) => row[column])] as readonly DivisionValue[];
  // What many rows have can begin only one piece.
  const differing = begins.filter(
    (value, place) => place === 0 || compareValues(begins[place - 1] ?? value, value) < 0,
  );
  return withDivisions(node, [...differing, max as DivisionValue]);
}

/** Some of the sorted values of a piece, the smallest and the largest among them. */
function draw(piece: FrameNode, column: string, count: number): FrameNode {
  const rows = withRowIndex(sort(piece, column, {}), ROW, 0);
  const apart = len()
    .floorDivide(EACH * count)
    .clip(1, APART);
  const isDrawn = col(ROW)
    .modulo(apart)
    .eq(0)
    .or(col(ROW).eq(len().minus(1)));
  return drop(filter(rows, [isDrawn]), ROW);
}

async function rowsOf(node: FrameNode): Promise<Record<string, unknown>[]> {
  const [rows = new Uint8Array()] = await computeEach(node, (piece) => piece, { scheduler: "threads" });
  return toRows(await readStream(rows), node.columns);
}
