import { open } from "node:fs/promises";
import type { BlockInfo } from "../../engine/engine.js";
import { BrambleError } from "../../errors.js";
import type { Piece } from "../files/pieces.js";
import type { Items } from "./run.js";
import type { Batch } from "./stage.js";
import { append } from "./steps.js";
import { readRecords, type Records, type TextFormat } from "./text.js";

/** JSON is UTF-8, and no value spans lines. */
const JSON_TEXT: TextFormat = { delimiter: undefined, encoding: "utf8" };

const LINE_FEED = 0x0a;

/** The values of the lines of pieces of files, each of which is one of JSON. Lines without anything are none. */
export async function openJSONLines(
  partitions: readonly (readonly Piece[])[],
  includePath: boolean,
  { block: [number = 0] }: BlockInfo,
): Promise<Items> {
  const all: Batch = [];
  for (const piece of partitions[number] ?? []) {
    const records = await readRecords(piece, JSON_TEXT);
    const values = await parseLines(records);
    append(all, includePath ? values.map((value) => [value, records.path]) : values);
  }
  return all;
}

async function parseLines(records: Records): Promise<Batch> {
  const values: Batch = [];
  for (const [index, line] of records.lines.entries()) {
    try {
      values.push(JSON.parse(line));
    } catch (error) {
      if (line.trim() === "") continue;
      throw await malformed(records, index, error);
    }
  }
  return values;
}

/** An error that says where in the file the malformed line is. */
async function malformed(
  { path, start, bytes }: Records,
  index: number,
  error: unknown,
): Promise<BrambleError> {
  let at = 0;
  for (let line = 0; line < index; line += 1) at = bytes.indexOf(LINE_FEED, at) + 1;
  const before = start === 0 ? 0 : await countLines(path, start);
  const why = error instanceof Error ? error.message : String(error);
  return new BrambleError(
    "INVALID_FILE",
    `${path}, line ${before + index + 1} (byte ${start + at}): ${why}`,
    {
      cause: error,
    },
  );
}

/** How many lines end before a position of a file. */
async function countLines(path: string, end: number): Promise<number> {
  const file = await open(path);
  try {
    let lines = 0;
    for await (const chunk of file.createReadStream({ end: end - 1, autoClose: false })) {
      const bytes = chunk as Buffer;
      for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
    }
    return lines;
  } finally {
    await file.close();
  }
}
