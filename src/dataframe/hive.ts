import { join } from "node:path";
import { invalid } from "../check.js";
import { delayed } from "../delayed/index.js";
import type { Column, Format } from "../generated/frames.js";
import { makeFolder } from "../make-folder.js";
import { computeFile } from "./compute.js";
import { col } from "./expr/functions.js";
import { groupRows } from "./group-rows.js";
import { checkNames, type FrameNode, memoryNode } from "./node.js";
import { drop, readNames, slice } from "./operations.js";
import { partName } from "./part-name.js";
import { writeHivePiece } from "./partition-call.js";
import type { PieceWriter } from "./pieces/run.js";

/** What Hive writes for null. */
const NULL = "__HIVE_DEFAULT_PARTITION__";
/** More folders than this are a mistake: a column of many different values. */
const MOST_FOLDERS = 100_000;

/** Checks the columns whose values become folders. */
export function readKeys(node: FrameNode, partitionBy: unknown): string[] {
  const names = readNames(partitionBy, "options.partitionBy");
  checkNames(node, names);
  if (names.length === 0 || new Set(names).size >= node.columns.length)
    throw invalid("some columns, but not all,", "options.partitionBy", partitionBy);
  return names;
}

/** Files of rows by the values of some columns. */
export interface HiveFiles {
  readonly folder: string;
  readonly names: readonly string[];
  readonly format: Format;
  /** The columns of all rows. */
  readonly columns: readonly Column[];
}

/** Writes a file for the rows of each combination of values, into folders such as `year=2024/month=5`. */
export async function writeHive(
  stream: Uint8Array,
  { folder, names, format, columns }: HiveFiles,
  piece: number,
  signal?: AbortSignal,
): Promise<void> {
  const rows = memoryNode(stream, 1, columns);
  const here = { scheduler: "threads", engine: "memory", signal } as const;
  const keys = names.map((name) => col(name).cast("str"));
  // All rows are looked at once, however many folders there are.
  const groups = await groupRows(rows, keys, here);
  if (groups.lengths.length > MOST_FOLDERS)
    throw invalid(`columns of at most ${MOST_FOLDERS} combinations`, "options.partitionBy", names);
  const ordered = drop(await groups.rows(), names);
  const values = groups.keys();
  let first = 0;
  for (const [number, length] of groups.lengths.entries()) {
    const folders = names.map((name, key) => `${encodeURIComponent(name)}=${pathOf(values[key]?.[number])}`);
    const place = join(folder, ...folders);
    makeFolder(place);
    const target = { path: join(place, partName(piece, "parquet")), format };
    await computeFile(slice(ordered, first, length), target, here);
    first += length;
  }
}

const writeCall = delayed(writeHivePiece, { name: "frame-write", traverse: false });

/** How the pieces of a frame go into such files: those of each have its number. */
export function hiveWriter(files: HiveFiles, signal?: AbortSignal): PieceWriter {
  return {
    call: (planner, piece, number, mark) => writeCall(planner.rows(piece), files, number, mark),
    isCut: false,
    here: async (rows, number) => await writeHive(rows, files, number, signal),
  };
}

function pathOf(text: unknown): string {
  return typeof text === "string" ? encodeURIComponent(text) : NULL;
}
