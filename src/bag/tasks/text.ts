import { type FileHandle, open, readFile } from "node:fs/promises";
import type { BlockInfo } from "../../engine/engine.js";
import { BrambleError } from "../../errors.js";
import { fileError } from "../../local-file.js";
import { isUrl } from "../files/glob.js";
import type { Piece } from "../files/pieces.js";
import { decompress } from "./compression.js";
import type { Items } from "./run.js";
import { readAt, recordStart } from "./records.js";
import type { Batch } from "./stage.js";
import { append } from "./steps.js";

/** How text is read. */
export interface TextFormat {
  /** What ends a record; undefined: a line feed, with a carriage return before it or not. */
  readonly delimiter: string | undefined;
  readonly encoding: string;
}

/** The records of a piece of a file. */
export interface Records {
  readonly path: string;
  readonly lines: string[];
  /** Where the first one begins in the file, or in what it decompresses to. */
  readonly start: number;
  /** Their bytes. */
  readonly bytes: Buffer;
}

/** The lines of the pieces of files that a partition consists of. */
export async function openText(
  partitions: readonly (readonly Piece[])[],
  format: TextFormat,
  includePath: boolean,
  { block: [number = 0] }: BlockInfo,
): Promise<Items> {
  const pieces = partitions[number] ?? [];
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1 && !includePath && hasOneByte(format)) {
    const { bytes, start } = await readPiece(only, format);
    return { batches: linesByAndBy(bytes, start, format) };
  }
  const all: Batch = [];
  for (const piece of pieces) {
    const { lines, path } = await readRecords(piece, format);
    if (includePath)
      append(
        all,
        lines.map((line) => [line, path]),
      );
    else if (pieces.length === 1) return lines;
    else append(all, lines);
  }
  return all;
}

/** Bytes of text that are made lines of at a time, so that neither leaves the cache before the items are made. */
const STRETCH = 65_536;

/** Whether records end with a byte that is part of nothing else. */
function hasOneByte({ delimiter = "\n", encoding }: TextFormat): boolean {
  return /^[\0-\x7f]$/.test(delimiter) && (UTF8.test(encoding) || LATIN1.test(encoding));
}

function* linesByAndBy(bytes: Buffer, start: number, format: TextFormat): Generator<Batch> {
  const { delimiter = "\n" } = format;
  for (let from = 0; from < bytes.length; ) {
    const last = bytes.indexOf(delimiter, from + STRETCH);
    const end = last === -1 ? bytes.length : last + 1;
    yield linesOf(decodeText(bytes.subarray(from, end), start + from, format), format.delimiter);
    from = end;
  }
}

/** Reads the records that begin in a piece of a file. */
export async function readRecords(piece: Piece, format: TextFormat): Promise<Records> {
  const { bytes, start } = await readPiece(piece, format);
  return {
    path: piece.path,
    lines: linesOf(decodeText(bytes, start, format), format.delimiter),
    start,
    bytes,
  };
}

/** What ends a record, in bytes. */
export function delimiterBytes({ delimiter = "\n", encoding }: TextFormat): {
  bytes: Uint8Array;
  unit: number;
} {
  const isWide = WIDE.test(encoding);
  return { bytes: Buffer.from(delimiter, isWide ? "utf16le" : "utf8"), unit: isWide ? 2 : 1 };
}

const WIDE = /^utf-?16/i;
const UTF8 = /^utf-?8$/i;
const LATIN1 = /^(?:latin1|iso-8859-1)$/i;

async function readPiece(
  { path, range, compression }: Piece,
  format: TextFormat,
): Promise<{ bytes: Buffer; start: number }> {
  if (isUrl(path)) return { bytes: await decompress(await download(path), path, compression), start: 0 };
  let file: FileHandle | undefined;
  try {
    if (range === undefined)
      return { bytes: await decompress(await readFile(path), path, compression), start: 0 };
    file = await open(path);
    const { size } = await file.stat();
    const borders = range.map((position) =>
      recordStart(file as FileHandle, { position, size }, delimiterBytes(format)),
    );
    const [start = 0, end = 0] = await Promise.all(borders);
    return { bytes: await readAt(file, start, Math.max(0, end - start)), start };
  } catch (error) {
    throw error instanceof Error && "errno" in error ? fileError(error, path, "read") : error;
  } finally {
    await file?.close();
  }
}

async function download(url: string): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new BrambleError("NETWORK", `${url} can't be reached`, { cause: error });
  }
  if (!response.ok)
    throw new BrambleError("NETWORK", `${url} answered ${response.status} ${response.statusText}`);
  return Buffer.from(await response.arrayBuffer());
}

function decodeText(bytes: Buffer, start: number, { encoding }: TextFormat): string {
  // A mark of the byte order at the beginning is no text.
  if (UTF8.test(encoding)) {
    const hasMark = start === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return bytes.toString("utf8", hasMark ? 3 : 0);
  }
  if (LATIN1.test(encoding)) return bytes.toString("latin1");
  return new TextDecoder(encoding, { ignoreBOM: start !== 0 }).decode(bytes);
}

function linesOf(text: string, delimiter: string | undefined): string[] {
  if (text === "") return [];
  const lines = text.split(delimiter ?? "\n");
  // A delimiter ends a record: behind the last one nothing begins.
  if (lines.at(-1) === "") lines.pop();
  if (delimiter !== undefined || !text.includes("\r")) return lines;
  return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}
