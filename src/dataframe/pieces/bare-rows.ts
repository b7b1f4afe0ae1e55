// Rows of which no column is wanted, only how many there are.

import { col } from "../expr/functions.js";
import { EXPRESSION } from "../expr/wire.js";
import { type FrameNode, step } from "../node.js";
import { isText } from "./cut.js";
import { HIDDEN } from "./places.js";

/** Says which file a row is from: it is read from none, and of one type in all. */
const PATH = `${HIDDEN}path`;
/** One bit of each row. */
const ROW = `${HIDDEN}bare row`;

/**
 * Files of which no column is wanted, without those that they have: which types these have in other files than the first nobody
 * asks. What is no such step stays as it is.
 */
export function bareFiles(node: FrameNode): FrameNode {
  const { operation } = node;
  if (typeof operation !== "object" || !("scan" in operation)) return node;
  const { scan } = operation;
  // Text is read by the columns that were found, and objects are fetched by them.
  if (scan.paths.length < 2 || isText(scan) || scan.objects.length > 0) return node;
  const path = scan.path_column ?? PATH;
  const columns =
    scan.path_column === null ? [...node.columns, { name: PATH, type: "str" } as const] : node.columns;
  const files = { ...node, columns, operation: { scan: { ...scan, columns: null, path_column: path } } };
  const { npartitions } = node;
  return { ...step([files], { select: [col(path)[EXPRESSION]] }), npartitions };
}

/** As many rows, with one column that is of the same name and type whatever they are. */
export function bareRows(rows: FrameNode): FrameNode {
  const [{ name } = { name: ROW }] = rows.columns;
  if (name === ROW) return rows;
  const { npartitions, index } = rows;
  return { ...step([rows], { select: [col(name).isNull().alias(ROW)[EXPRESSION]] }), npartitions, index };
}
