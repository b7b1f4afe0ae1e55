import { availableParallelism } from "node:os";
import { config } from "../../config/index.js";
import type { ColumnType, Operation } from "../../generated/frames.js";
import { type FrameNode, inOrder, replace } from "../node.js";
import { countRows, isText } from "./cut.js";

/** How many times the bytes of a file its rows take in memory, about. */
const [COMPRESSED, TEXT] = [6, 2];
/** How many times the rows of a piece are in memory while a call reads, sorts, cuts and writes them. */
const COPIES = 24;

/** Bytes that the rows of a piece may have, so that the calls at work stay below a limit. */
export function roomOf(limit: number): number {
  return Math.max(1, Math.floor(limit / (COPIES * (config.get("numWorkers") ?? availableParallelism()))));
}

/** How many bytes the rows of a node's files take in memory, about. */
export function bytesInMemory(node: FrameNode): number {
  return sourcesOf(node).reduce((sum, source) => sum + sizeOf(source), 0);
}

/** The same query, with sources in pieces of which each is small enough. */
export async function finely(node: FrameNode, room: number): Promise<FrameNode> {
  const pieces = new Map<Operation, number>();
  for (const source of sourcesOf(node))
    pieces.set(source.operation, Math.ceil((await measure(source)) / room));
  const most = Math.max(...pieces.values());
  return replace(node, (next) => {
    const isDivided = next.index?.divisions !== undefined;
    const wanted = pieces.get(next.operation) ?? most;
    return isDivided ? next : { ...next, npartitions: Math.max(next.npartitions, wanted) };
  });
}

/** Bytes that the rows of a source take in memory: files that know how many rows they have are asked. */
async function measure(source: FrameNode): Promise<number> {
  const { operation, columns } = source;
  if (typeof operation !== "object" || !("scan" in operation)) return 0;
  if (isText(operation.scan)) return sizeOf(source);
  return (await countRows(source)) * columns.reduce((sum, { type }) => sum + widthOf(type), 0);
}

/** Bytes of a value, about. */
function widthOf(type: ColumnType): number {
  if (typeof type !== "string") return "datetime" in type || "duration" in type ? 8 : 64;
  const [, bits] = /^[iuf](\d+)$/.exec(type) ?? [];
  if (bits !== undefined) return Number(bits) / 8;
  return type === "str" || type === "binary" ? 32 : 8;
}

/** Whether a query has steps that may need all rows at the same time. */
export function needsAll(node: FrameNode): boolean {
  return inOrder(node).some(({ operation }) => typeof operation === "object" && isWhole(operation));
}

function isWhole(operation: Operation): boolean {
  return (
    typeof operation === "object" && ("sort" in operation || "join" in operation || "unique" in operation)
  );
}

function sizeOf({ operation, bytes }: FrameNode): number {
  if (typeof operation !== "object" || !("scan" in operation)) return 0;
  return bytes * (isText(operation.scan) ? TEXT : COMPRESSED);
}

function sourcesOf(node: FrameNode): FrameNode[] {
  return inOrder(node).filter(({ inputs }) => inputs.length === 0);
}
