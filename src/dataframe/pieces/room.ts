import { open } from "node:fs/promises";
import type { ColumnType, Operation, Scan } from "../../generated/frames.js";
import { columnsOf, isOpen } from "../expr/columns.js";
import { type FrameNode, inOrder, replace } from "../node.js";
import { countRows, isText } from "./cut.js";
import { isHidden } from "./places.js";

/** How many times the bytes of a file its rows take in memory, about. */
const [COMPRESSED, TEXT] = [6, 2];
/** How many times the rows of a piece are in memory while a call reads, sorts, cuts and writes them. */
const COPIES = 12;
/** What Node, this library and the code of Polars take, whatever they do; of a small limit they leave a quarter. */
const OWN = 160 * 2 ** 20;

/** Bytes of rows from which on they change places rather than come together, where a single call has room for more. */
const EXCHANGE_FROM = 256 * 2 ** 20;
/**
 * Shards of rows that are dealt out at once: on one machine each is a place in a file, on a cluster a block that needs no call,
 * and elsewhere a call.
 */
const [SHARDS_HERE, SHARDS_THERE, SHARDS_ANYWHERE] = [2 ** 16, 2 ** 17, 2 ** 12];
/** Of the blocks of a worker, what the rows of a piece may be: the rest is for those that wait, and for its copies. */
const PIECES_OF_BLOCKS = 24;
/** The same of the rows of groups that come together in one piece after another, of which there are as many at most. */
const GROUPS_OF_BLOCKS = 4;

/** How large pieces of rows may be, in bytes as they are in memory. */
export interface Rooms {
  /** Rows of a piece. */
  readonly piece: number;
  /** From so many on rows change places; fewer come together in one piece. */
  readonly exchangeFrom: number;
  /** The same of groups that could be put together in a tree, if there are few. */
  readonly groupsFrom: number;
  /** Shards that are dealt out at once; where there would be more, rows go in stages. */
  readonly shards: number;
}

/** What a worker has. */
export interface WorkerRoom {
  /** Bytes that its blocks may take. */
  readonly memoryLimit: number;
  /** Calls at the same time. */
  readonly threads: number;
}

/** Where nobody says how much memory there is. */
export const ANY_ROOM: Rooms = {
  piece: Number.POSITIVE_INFINITY,
  exchangeFrom: EXCHANGE_FROM,
  groupsFrom: Number.POSITIVE_INFINITY,
  shards: SHARDS_ANYWHERE,
};

/** For calls in this process, one after another, whose rows wait for each other in files. */
export function roomsHere(limit: number): Rooms {
  const exchangeFrom = Math.min(EXCHANGE_FROM, limit / 16);
  return { piece: roomOf(limit), exchangeFrom, groupsFrom: exchangeFrom, shards: SHARDS_HERE };
}

/** For calls on any of some workers. */
export function roomsOf(workers: readonly WorkerRoom[]): Rooms {
  const least = Math.min(...workers.map(({ memoryLimit, threads }) => memoryLimit / Math.max(1, threads)));
  if (!Number.isFinite(least)) return ANY_ROOM;
  const piece = Math.max(1, Math.floor(least / PIECES_OF_BLOCKS));
  return {
    piece,
    exchangeFrom: Math.min(EXCHANGE_FROM, piece),
    groupsFrom: least / GROUPS_OF_BLOCKS,
    shards: SHARDS_THERE,
  };
}

/** Bytes of a file that tell how long its lines are. */
const SAMPLE = 2 ** 16;
const NEWLINE = 0x0a;

/** Bytes that the rows of a piece may have, so that the call at work stays below a limit. */
function roomOf(limit: number): number {
  return Math.max(1, Math.floor(Math.max(limit / 4, limit - OWN) / COPIES));
}

/** How many bytes the rows of a node's files take in memory, about. */
export function bytesInMemory(node: FrameNode): number {
  return sourcesOf(node).reduce((sum, source) => sum + sizeOfFiles(source), 0);
}

/** The same query, with sources in pieces of which each is small enough. */
export async function finely(node: FrameNode, room: number): Promise<FrameNode> {
  const read = readOf(node);
  // Who joins has the rows of two pieces, and those that it makes of them.
  const most = room / (inOrder(node).some(({ operation }) => isJoin(operation)) ? 2 : 1);
  const pieces = new Map<Operation, number>();
  for (const source of sourcesOf(node))
    pieces.set(source.operation, Math.ceil((await measure(source, read.get(source))) / most));
  const largest = Math.max(...pieces.values());
  return replace(node, (next) => {
    const isDivided = next.index?.divisions !== undefined;
    const wanted = pieces.get(next.operation) ?? largest;
    return isDivided ? next : { ...next, npartitions: Math.max(next.npartitions, wanted) };
  });
}

function isJoin(operation: Operation): boolean {
  return typeof operation === "object" && "join" in operation;
}

/** Of each node of which others select columns as they are, those that they do. */
function readOf(node: FrameNode): ReadonlyMap<FrameNode, ReadonlySet<string>> {
  const read = new Map<FrameNode, ReadonlySet<string>>();
  for (const { inputs, operation } of inOrder(node)) {
    const selected = typeof operation === "object" && "select" in operation ? operation.select : undefined;
    for (const input of inputs) {
      const isPlain = selected?.every((of) => !isOpen(of)) ?? false;
      const names = isPlain ? selected?.flatMap(columnsOf) : input.columns.map(({ name }) => name);
      read.set(input, new Set([...(read.get(input) ?? []), ...(names ?? [])]));
    }
  }
  return read;
}

/** Bytes that the rows of a source take in memory. */
async function measure(source: FrameNode, read: ReadonlySet<string> | undefined): Promise<number> {
  const { operation } = source;
  if (typeof operation !== "object" || !("scan" in operation)) return 0;
  const isRead = (name: string): boolean => !isHidden(name) && (read?.has(name) ?? true);
  const columns = source.columns.filter(({ name }) => isRead(name));
  const width = columns.reduce((sum, { type }) => sum + widthOf(type), 0);
  const rows = isText(operation.scan) ? await guessRows(source, operation.scan) : await countRows(source);
  return rows === undefined ? sizeOfFiles(source) : rows * width;
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

/** How many bytes the rows of a node that reads nothing of others take in memory, about. */
export function sizeOf(node: FrameNode): number {
  const { buffer, kept, bytes } = node;
  if (kept !== undefined) return bytes * TEXT;
  return buffer?.byteLength ?? sizeOfFiles(node);
}

function sizeOfFiles({ operation, bytes }: FrameNode): number {
  if (typeof operation !== "object" || !("scan" in operation)) return 0;
  return bytes * (isText(operation.scan) ? TEXT : COMPRESSED);
}

function sourcesOf(node: FrameNode): FrameNode[] {
  return inOrder(node).filter(({ inputs }) => inputs.length === 0);
}
