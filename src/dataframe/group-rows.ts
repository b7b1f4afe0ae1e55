import type { Expr } from "./expr/expr.js";
import { freeName } from "./composed.js";
import { computeStream } from "./compute.js";
import { len } from "./expr/functions.js";
import { type FrameNode, memoryNode, type PendingRequest } from "./node.js";
import { aggregate, drop, grouping, join, sort, withColumns, withRowIndex } from "./operations.js";
import { readStream } from "./stream.js";

/** Groups of rows, in the order of their first rows. */
export interface Groups {
  /** How many rows each has. */
  readonly lengths: readonly number[];
  /** The values of the keys, those of each key by group. */
  readonly keys: () => readonly (readonly unknown[])[];
  /** The rows of each group behind those of the one before. */
  readonly rows: () => Promise<FrameNode>;
}

/** Finds the groups of rows by some keys. */
export async function groupRows(
  node: FrameNode,
  keys: readonly Expr[],
  request: PendingRequest,
): Promise<Groups> {
  const names = keys.map((_, index) => freeName(node.columns, `key ${index}`));
  const [group, count] = [freeName(node.columns, "group"), freeName(node.columns, "count")];
  const keyed = withColumns(
    node,
    keys.map((key, index) => key.alias(names[index] ?? "")),
  );
  const counted = aggregate(keyed, grouping(keyed, names, true), [len().alias(count)]);
  const stream = await computeStream(withRowIndex(counted, group, 0), request);
  const found = memoryNode(stream, 1);
  const table = await readStream(stream);
  const valuesOf = (name: string): readonly unknown[] => Array.from(table.getChild(name) ?? []);
  const rows = async (): Promise<FrameNode> => {
    const numbered = join(keyed, found, { on: names, how: "left", nullsEqual: true });
    const ordered = drop(sort(numbered, group, {}), [...names, group, count]);
    return memoryNode(await computeStream(ordered, request), 1, node.columns);
  };
  return { lengths: valuesOf(count).map(Number), keys: () => names.map(valuesOf), rows };
}
