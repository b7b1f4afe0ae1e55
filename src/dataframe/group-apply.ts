import { checkOptions, invalid } from "../check.js";
import { compute, delayed } from "../delayed/index.js";
import { BrambleError } from "../errors.js";
import type { Column, Expression } from "../generated/frames.js";
import { readSchema, type Schema } from "./column-type.js";
import { computeStream } from "./compute.js";
import { Expr } from "./expr/expr.js";
import { col, lit } from "./expr/functions.js";
import { groupRows } from "./group-rows.js";
import { type FrameNode, memoryNode, pendingNode, type PieceMaker, step } from "./node.js";
import { nodeOfResults } from "./results.js";
import { concat, drop, type Grouping, select, slice, withColumns, withRowIndex } from "./operations.js";
import { callGroups, callGroupsOfPiece, type GroupFunction } from "./partition-call.js";
import { FIRST, SECOND } from "./pieces/places.js";
import { readStream } from "./stream.js";

/** What a function of groups gives. */
export interface ApplyOptions<S extends Schema = Schema> {
  /** The columns and their types. Default: those that the function gets. */
  readonly schema?: S | undefined;
}

const call = delayed(callGroups, { name: "apply", traverse: false });
const callOfPiece = delayed(callGroupsOfPiece, { name: "apply", traverse: false });
/** What the columns are told to be of that a function should have given. */
const RESULT = "What the function gave of group";

/** A function of the rows of each group. Groups come in the order of their first rows, rows in theirs. */
export function applyToGroups(
  node: FrameNode,
  { keys, windows }: Grouping,
  f: unknown,
  options: ApplyOptions,
): FrameNode {
  if (typeof f !== "function") throw invalid("a function", "f", f);
  checkOptions(options, "options", ["schema"]);
  if (windows !== null)
    throw new BrambleError("INVALID_ARGUMENT", "Windows of time may overlap: `apply` takes groups of rows");
  const columns: readonly Column[] =
    options.schema === undefined ? node.columns : readSchema(options.schema, "options.schema");
  const by = keys.map((key) => new Expr(key));
  const of: PieceMaker["of"] = (pieces, folder) =>
    pieces.map((piece) => callOfPiece(f as GroupFunction, piece, keys, columns, folder));
  const made = { name: "apply", npartitions: node.npartitions, by: keys, of };
  const pending = pendingNode(columns, node.npartitions, async (request) => {
    const { lengths, ...found } = await groupRows(node, by, request);
    const rows = await found.rows();
    const calls = batchesOf(lengths, node.npartitions).map(async ({ first, counts }) => {
      const piece = slice(rows, first, sumOf(counts));
      return call(f as GroupFunction, await computeStream(piece, { scheduler: "threads" }), counts);
    });
    const { scheduler, signal } = request;
    const results = await compute(...(await Promise.all(calls)), { scheduler, signal });
    const given = (results as unknown as readonly unknown[][]).flat();
    return await computeStream(nodeOfResults(given, columns, RESULT), { scheduler: "threads" });
  });
  return { ...pending, inputs: [node], bytes: node.bytes, made };
}

/**
 * What a function gives of the groups of a piece, whose rows have places: with that of the first row of the group, and their own in
 * what it gave of it.
 */
export async function applyToPiece(
  f: GroupFunction,
  stream: Uint8Array,
  keys: readonly Expression[],
  columns: readonly Column[],
): Promise<FrameNode> {
  const by = keys.map((key) => new Expr(key));
  const { lengths, ...found } = await groupRows(memoryNode(stream, 1), by, { scheduler: "threads" });
  const rows = await found.rows();
  const places = await readStream(
    await computeStream(
      select(
        rows,
        FIRST.map((name) => col(name)),
      ),
      { scheduler: "threads" },
    ),
  );
  const given = await computeStream(drop(rows, [...FIRST]), { scheduler: "threads" });
  const results = await callGroups(f, given, lengths);
  let first = 0;
  const groups = results.map((result, number) => {
    const place = FIRST.map((name, at) =>
      lit(Number(places.getChildAt(at)?.get(first)))
        .cast("u32")
        .alias(name),
    );
    first += lengths[number] ?? 0;
    const [piece, row] = SECOND;
    const numbered = withRowIndex(nodeOfResults([result], columns, RESULT, number), row, 0);
    const placed = withColumns(numbered, [...place, lit(0).cast("u32").alias(piece)]);
    return select(
      placed,
      [...columns.map(({ name }) => name), ...FIRST, ...SECOND].map((name) => col(name)),
    );
  });
  if (groups.length > 0) return concat(groups, "vertical");
  const hidden = [...FIRST, ...SECOND].map((name): Column => ({ name, type: "u32" }));
  return step([], { empty: [...columns, ...hidden] });
}

/** Neighbouring groups in so many batches, of about as many groups each. */
function batchesOf(
  lengths: readonly number[],
  count: number,
): { readonly first: number; readonly counts: readonly number[] }[] {
  let first = 0;
  const batches = Math.max(1, Math.min(count, lengths.length));
  return Array.from({ length: batches }, (_, batch) => {
    const [from, to] = [batch, batch + 1].map((edge) => Math.floor((edge * lengths.length) / batches));
    const counts = lengths.slice(from, to);
    const start = first;
    first += sumOf(counts);
    return { first: start, counts };
  });
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
