import type { FrameSheet } from "../engine/engine.js";
import { frameBackend } from "../engine/frames.js";
import { BrambleError } from "../errors.js";
import type { Column, Scan } from "../generated/frames.js";
import { formatType } from "./column-type.js";
import { all } from "./expr/functions.js";
import { collectPlan, type FrameNode, inOrder, step } from "./node.js";
import { select } from "./operations.js";
import { fileOf } from "./pieces/cut.js";

/** What can be wrong with files that don't go together. */
const CODES: ReadonlySet<string> = new Set(["SCHEMA_MISMATCH", "INVALID_VALUE", "COLUMN_NOT_FOUND"]);

/** Files that are read once more to find the broken one: with larger ones people would wait long for an error. */
const READ_AGAIN_UP_TO = 2 ** 30;

/** Waits for a query; what it fails with names files. */
export async function namingFiles<T>(node: FrameNode, rows: Promise<T>): Promise<T> {
  try {
    return await rows;
  } catch (error) {
    throw await withFileNames(node, error);
  }
}

/**
 * The error of a query; if it fails for a file whose columns are not those of the first one, it names both, and if it fails for
 * a file whose rows can't be read, that one.
 */
export async function withFileNames(node: FrameNode, error: unknown): Promise<unknown> {
  if (!(error instanceof BrambleError) || !CODES.has(error.code)) return error;
  return mismatchOf(node, error) ?? (await brokenFile(node, error)) ?? error;
}

/** Scans files; an error for files that don't go together names one, and the column. */
export function scanNaming(scan: Scan): FrameSheet {
  try {
    return frameBackend().scan(scan);
  } catch (error) {
    if (!(error instanceof BrambleError) || !CODES.has(error.code)) throw error;
    const found = oddFile({ ...scan, paths: pathsOf(scan) });
    throw found === undefined ? error : new BrambleError("SCHEMA_MISMATCH", found, { cause: error });
  }
}

/** The files that patterns mean; the patterns where the first file can't even be opened. */
function pathsOf(scan: Scan): string[] {
  try {
    // With columns that nobody has to look for, patterns are all that is looked into.
    return [...frameBackend().scan({ ...scan, columns: [{ name: "_", type: "str" }], types: [] }).paths];
  } catch {
    return [...scan.paths];
  }
}

function mismatchOf(node: FrameNode, cause: BrambleError): BrambleError | undefined {
  for (const { operation } of inOrder(node)) {
    const found = typeof operation === "object" && "scan" in operation && oddFile(operation.scan);
    if (typeof found === "string") return new BrambleError("SCHEMA_MISMATCH", found, { cause });
  }
  return undefined;
}

/** The error with the file in front that fails so when it is read alone. Rows that can't be read are wrong values. */
async function brokenFile(node: FrameNode, error: BrambleError): Promise<BrambleError | undefined> {
  if (error.code !== "INVALID_VALUE") return undefined;
  for (const { operation, bytes } of inOrder(node)) {
    if (typeof operation !== "object" || !("scan" in operation) || bytes > READ_AGAIN_UP_TO) continue;
    const { scan } = operation;
    if (scan.paths.some((path) => error.message.includes(path))) continue;
    for (const [place, path] of scan.paths.entries())
      if ((await messageOf(fileOf(scan, place))) === error.message)
        return new BrambleError(error.code, `${path}: ${error.message}`, { cause: error });
  }
  return undefined;
}

/** What an error says when all rows of a scan are read. */
async function messageOf(scan: Scan): Promise<string | undefined> {
  const rows = step([], { scan });
  const { plan, buffers } = collectPlan(select(rows, [all().count()]), "streaming");
  try {
    await frameBackend().run(plan, buffers);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : undefined;
  }
}

/** What the first file says that has other columns than the first of all. */
function oddFile(scan: Scan): string | undefined {
  const [first = "", ...others] = scan.paths;
  const { format } = scan;
  // Lines of JSON may lack columns, and may have more.
  if (typeof format === "object" && "jsonl" in format) return undefined;
  // Types of text are guessed, of each file by its own rows.
  const isTyped = !(typeof format === "object" && "csv" in format);
  const wanted = columnsIn(scan, first);
  for (const path of others) {
    const difference = differenceOf(wanted, columnsIn(scan, path), isTyped);
    if (difference !== undefined) return `${path} ${difference} ${first}`;
  }
  return undefined;
}

/** The columns of a file; an error says which file it was. */
function columnsIn(scan: Scan, path: string): readonly Column[] {
  try {
    return frameBackend().scan({ ...scan, paths: [path], objects: [], columns: null, path_column: null })
      .columns;
  } catch (error) {
    if (!(error instanceof BrambleError) || error.message.includes(path)) throw error;
    throw new BrambleError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

function differenceOf(
  wanted: readonly Column[],
  columns: readonly Column[],
  isTyped: boolean,
): string | undefined {
  for (const [place, { name, type }] of wanted.entries()) {
    const same = columns.find((column) => column.name === name);
    if (same === undefined) return `lacks the column ${JSON.stringify(name)} of`;
    const text = formatType(same.type);
    if (isTyped && text !== formatType(type))
      return `has the column ${JSON.stringify(name)} as ${text}, which is ${formatType(type)} in`;
    if (!isTyped && columns[place]?.name !== name)
      return `has the column ${JSON.stringify(name)} in another place than`;
  }
  const more = columns.find(({ name }) => !wanted.some((column) => column.name === name));
  return more && `has a column ${JSON.stringify(more.name)}, which is not in`;
}
