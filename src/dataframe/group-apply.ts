import { checkOptions, invalid } from "../check.js";
import { compute, delayed } from "../delayed/index.js";
import { BrambleError } from "../errors.js";
import type { Column } from "../generated/frames.js";
import { readSchema, type Schema } from "./column-type.js";
import { computeStream } from "./compute.js";
import { freeName } from "./composed.js";
import { Expr } from "./expr/expr.js";
import { col, len } from "./expr/functions.js";
import { pendingNode, rowsOfResults } from "./map-partitions.js";
import { type FrameNode, memoryNode, type PendingRequest } from "./node.js";
import {
  aggregate,
  drop,
  type Grouping,
  grouping,
  join,
  select,
  slice,
  sort,
  withColumns,
  withRowIndex,
} from "./operations.js";
import { callGroups, type GroupFunction } from "./partition-call.js";
import { readStream } from "./stream.js";

/** What a function of groups gives. */
export interface ApplyOptions<S extends Schema = Schema> {
  /** The columns and their types. Default: those that the function gets. */
  readonly schema?: S | undefined;
}

const call = delayed(callGroups, { name: "apply", traverse: false });

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
  return pendingNode(columns, node.npartitions, async (request) => {
    const { rows, lengths } = await groupRows(
      node,
      keys.map((key) => new Expr(key)),
      request,
    );
    const calls = batchesOf(lengths, node.npartitions).map(async ({ first, counts }) => {
      const piece = slice(rows, first, sumOf(counts));
      return call(f as GroupFunction, await computeStream(piece, { scheduler: "threads" }), counts);
    });
    const { scheduler, signal } = request;
    const results = await compute(...(await Promise.all(calls)), { scheduler, signal });
    return await rowsOfResults(
      (results as unknown as readonly unknown[][]).flat(),
      columns,
      "What the function gave of group",
    );
  });
}

/** The rows of each group behind those of the one before, in the order of their first rows, and how many each has. */
export async function groupRows(
  node: FrameNode,
  keys: readonly Expr[],
  request: PendingRequest,
): Promise<{ rows: FrameNode; lengths: readonly number[] }> {
  const names = keys.map((_, index) => freeName(node.columns, `key ${index}`));
  const [group, count] = [freeName(node.columns, "group"), freeName(node.columns, "count")];
  const keyed = withColumns(
    node,
    keys.map((key, index) => key.alias(names[index] ?? "")),
  );
  const counted = withRowIndex(
    aggregate(keyed, grouping(keyed, names, true), [len().alias(count)]),
    group,
    0,
  );
  const numbered = join(keyed, counted, { on: names, how: "left", nullsEqual: true });
  const ordered = drop(sort(numbered, group, {}), [...names, group, count]);
  const stream = await computeStream(ordered, request);
  const table = await readStream(await computeStream(select(counted, [col(count)]), request));
  const lengths = Array.from(table.getChildAt(0) ?? [], Number);
  return { rows: memoryNode(stream, 1, node.columns), lengths };
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
