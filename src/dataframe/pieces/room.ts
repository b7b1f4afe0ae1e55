import { open } from "node:fs/promises";
import type { ColumnType, Operation, Scan } from "../../generated/frames.js";
import { type FrameNode, inOrder, replace } from "../node.js";
import { countRows, isText } from "./cut.js";

/** How many times the bytes of a file its rows take in memory, about. */
const [COMPRESSED, TEXT] = [6, 2];
/** How many times the rows of a piece are in memory while a call reads, sorts, cuts and writes them. */
const COPIES = 12;
/** What Node, this library and the code of Polars take, whatever they do; of a small limit they leave a quarter. */
const OWN = 160 * 2 ** 20;

/** Bytes of a file that tell how long its lines are. */
const SAMPLE = 2 ** 16;
const NEWLINE = 0x0a;

/** Bytes that the rows of a piece may have, so that the call at work stays below a limit. */
export function roomOf(limit: number): number {
  return Math.max(1, Math.floor(Math.max(limit / 4, limit - OWN) / COPIES));
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

/** Bytes that the rows of a source take in memory. */
async function measure(source: FrameNode): Promise<number> {
  const { operation, columns } = source;
  if (typeof operation !== "object" || !("scan" in operation)) return 0;
  const width = columns.reduce((sum, { type }) => sum + widthOf(type), 0);
  const rows = isText(operation.scan) ? await guessRows(source, operation.scan) : await countRows(source);
  return rows === undefined ? sizeOf(source) : rows * width;
}

/** About how many rows files of text have, by the lines that the first begins with; undefined of what has no lines. */
async function guessRows({ bytes }: FrameNode, { paths: [path = ""] }: Scan): Promise<number | undefined> {
  if (path.includes("://")) return undefined;
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(SAMPLE), 0, SAMPLE, 0);
    const begin = buffer.subarray(0, bytesRead);
    // Text has no byte of 0, and what is compressed has many.
    if (begin.includes(0)) return undefined;
    const lines = begin.reduce((sum, byte) => sum + (byte === NEWLINE ? 1 : 0), 0);
    return lines === 0 ? undefined : (bytes / bytesRead) * lines;
  } finally {
    await file.close();
  }
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
