import type { FrameSheet } from "../engine/engine.js";
import { frameBackend } from "../engine/frames.js";
import { BrambleError } from "../errors.js";
import type { Column, Scan } from "../generated/frames.js";
import { formatType } from "./column-type.js";
import { type FrameNode, inOrder } from "./node.js";

/** What can be wrong with files that don't go together. */
const CODES: ReadonlySet<string> = new Set(["SCHEMA_MISMATCH", "INVALID_VALUE", "COLUMN_NOT_FOUND"]);

/** Waits for a query; if it fails for a file whose columns are not those of the first one, the error names both. */
export async function namingFiles<T>(node: FrameNode, rows: Promise<T>): Promise<T> {
  try {
    return await rows;
  } catch (error) {
    if (!(error instanceof BrambleError) || !CODES.has(error.code)) throw error;
    throw mismatchOf(node, error) ?? error;
  }
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
    return frameBackend().scan({ ...scan, paths: [path], columns: null, path_column: null }).columns;
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
