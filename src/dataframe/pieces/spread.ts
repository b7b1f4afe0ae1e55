import { col, len } from "../expr/functions.js";
import { EXPRESSION } from "../expr/wire.js";
import { fromColumns } from "../make.js";
import { type FrameNode, inOrder } from "../node.js";
import { stepEach } from "./calls.js";
import type { Exchange } from "./exchange.js";
import { FIRST, withoutPlaces } from "./places.js";
import { isConstant, isRowwise } from "./rowwise.js";

const [, ROW] = FIRST;

/**
 * The same query with sources in as many pieces as steps that go row by row are to have: what is read in one piece could only
 * be dealt out after one call has read and worked on all of it.
 */
export function spreadSources(root: FrameNode): FrameNode {
  const ordered = inOrder(root);
  const wanted = new Map<FrameNode, number>();
  for (const node of ordered) {
    const path = pathToSource(node);
    for (const next of path) wanted.set(next, Math.max(wanted.get(next) ?? 1, node.atLeast ?? 1));
  }
  if (wanted.size === 0) return root;
  const rebuilt = new Map<FrameNode, FrameNode>();
  for (const node of ordered) {
    const inputs = node.inputs.map((input) => rebuilt.get(input) ?? input);
    const npartitions = Math.max(node.npartitions, wanted.get(node) ?? 1);
    rebuilt.set(node, { ...node, inputs, npartitions });
  }
  return rebuilt.get(root) ?? root;
}

/** From a node that is to have some pieces at least down to the source that can be cut into these; else nothing. */
function pathToSource(node: FrameNode): readonly FrameNode[] {
  if (node.atLeast === undefined) return [];
  const path = [node];
  let last = node;
  for (let [next] = last.inputs; isEach(last) && next !== undefined; [next] = last.inputs) {
    path.push(next);
    last = next;
  }
  return last.inputs.length === 0 && last.kept === undefined ? path : [];
}

/** Whether a step has the rows of each piece of its only input in a piece, wherever those begin. */
function isEach({ operation, inputs, index }: FrameNode): boolean {
  if (typeof operation !== "object" || inputs.length !== 1 || index?.divisions !== undefined) return false;
  if ("select" in operation) return operation.select.every(isRowwise) && !operation.select.every(isConstant);
  if ("withColumns" in operation) return operation.withColumns.every(isRowwise);
  if ("filter" in operation) return isRowwise(operation.filter);
  return ["rename", "drop", "dropNulls", "explode", "unnest"].some((name) => name in operation);
}

/**
 * The rows of pieces in so many, in the same order: each is dealt out to neighbours, of about as many rows of it each.
 */
export function spread(
  pieces: readonly FrameNode[],
  count: number,
  deal: (pieces: readonly FrameNode[], dealing: Exchange) => readonly FrameNode[],
): readonly FrameNode[] {
  const edge = (place: number): number => Math.floor((place * count) / pieces.length);
  return pieces.flatMap((piece, place) => {
    const parts = edge(place + 1) - edge(place);
    if (parts === 1) return [piece];
    const part = col(ROW).cast("i64").multiply(parts).floorDivide(len().cast("i64"));
    const begins = BigInt64Array.from({ length: parts - 1 }, (_, number) => BigInt(number + 1));
    const ranges = {
      descending: [false],
      nulls_last: true,
      bounds: fromColumns(new Map([["0", begins]]), undefined),
      begins: true,
    };
    const numbered = stepEach([piece], { rowIndex: { name: ROW, offset: 0 } });
    return withoutPlaces(deal(numbered, { by: [part[EXPRESSION]], count: parts, ranges }));
  });
}
