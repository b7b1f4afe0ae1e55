import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { checkBoolean, checkFilePath, checkInteger, checkOneOf, checkOptions, invalid } from "../check.js";
import { frameBackend } from "../engine/frames.js";
import { BrambleError } from "../errors.js";
import type { Format, Target } from "../generated/frames.js";
import { fileError } from "../local-file.js";
import { makeFolder } from "../make-folder.js";
import { computeFile, computeFiles, FRAME_COMPUTE_OPTIONS, type FrameComputeOptions } from "./compute.js";
import { clearBeside, hiddenBeside, putInPlace } from "./folder-in-place.js";
import { hiveWriter, readKeys } from "./hive.js";
import { isRemote } from "../remote.js";
import { type FrameNode, memoryNode } from "./node.js";
import { partName, partNumber } from "./part-name.js";
import type { PieceWriter } from "./pieces/run.js";
import { writeToS3 } from "./upload.js";

/** How files are written. */
export interface WriteOptions extends FrameComputeOptions {
  /** Whether what is there already is replaced, or else an error. Default: false. */
  readonly overwrite?: boolean | undefined;
}

/** How CSV files are written. */
export interface WriteCSVOptions extends WriteOptions {
  /** Between two values. Default: a comma. */
  readonly separator?: string | undefined;
  /** Whether the first line is names. Default: true. */
  readonly header?: boolean | undefined;
  /** Stands for null. Default: nothing. */
  readonly nullValue?: string | undefined;
}

/** How Parquet files are written. */
export interface WriteParquetOptions extends WriteOptions {
  /** Default: `"zstd"`. */
  readonly compression?: "zstd" | "snappy" | "lz4" | "gzip" | "none" | undefined;
  /**
   * Columns whose values become folders such as `year=2024/month=5`, as Hive has them, with a file each, or, where the query runs in
   * pieces (a cluster, the engine `disk`), one for each piece that has such rows; the path is that of the folder around them.
   * Default: none.
   */
  readonly partitionBy?: string | readonly string[] | undefined;
  /** Rows of a group. Default: what Polars takes. */
  readonly rowGroupSize?: number | undefined;
  /**
   * Whether a folder gets a file `_metadata` beside the others, with what all of these say of their row groups: pyarrow, Dask
   * and Spark need not open each then. `readParquet` leaves it out. Default: false.
   */
  readonly writeMetadataFile?: boolean | undefined;
}

/** How Arrow IPC files are written. */
export interface WriteIPCOptions extends WriteOptions {
  /** Default: `"none"`: apache-arrow reads no other. */
  readonly compression?: "zstd" | "lz4" | "none" | undefined;
}

/** The formats, each with its options and what they make of it. */
const FORMATS: Readonly<
  Record<FormatName, { readonly options: readonly string[]; readonly read: (options: AllOptions) => Format }>
> = {
  csv: { options: ["separator", "header", "nullValue"], read: csvFormat },
  parquet: {
    options: ["compression", "rowGroupSize", "partitionBy", "writeMetadataFile"],
    read: parquetFormat,
  },
  jsonl: { options: [], read: () => "jsonl" },
  ipc: { options: ["compression"], read: ipcFormat },
};

type FormatName = "csv" | "parquet" | "jsonl" | "ipc";
type AllOptions = WriteCSVOptions &
  Omit<WriteParquetOptions, "compression"> & { readonly compression?: unknown };

/** Writes rows into a file, or with a `*` in the name or a `/` at its end into a folder of files; or into objects of S3. */
export async function writeFrame(
  node: FrameNode,
  path: string,
  name: FormatName,
  options: WriteOptions,
): Promise<void> {
  checkFilePath(path, "path");
  const { options: own, read } = FORMATS[name];
  checkOptions(options, "options", [...FRAME_COMPUTE_OPTIONS, "overwrite", ...own]);
  const overwrite = checkBoolean(options.overwrite ?? false, "options.overwrite");
  const { scheduler, engine, signal, callbacks } = options;
  const { partitionBy, writeMetadataFile } = options as WriteParquetOptions;
  const folder = folderOf(path, name);
  const hasMetadata = checkBoolean(writeMetadataFile ?? false, "options.writeMetadataFile");
  if (hasMetadata && folder === undefined && partitionBy === undefined)
    throw invalid("a folder, which ends with a slash or has a * in its last name,", "path", path);
  const files: Files = {
    name,
    format: read(options),
    keys: partitionBy === undefined ? undefined : readKeys(node, partitionBy),
    hasMetadata,
    request: { scheduler, engine, signal, callbacks },
  };
  if (!isRemote(path)) return await writeHere(node, path, files, overwrite);
  const whole = folder === undefined ? "object" : "pattern";
  const kind = partitionBy !== undefined || path.endsWith("/") ? "folder" : whole;
  await writeToS3({ url: path, kind, overwrite }, (place) => writeHere(node, place, files, false));
}

/** What files are to be written. */
interface Files {
  readonly name: FormatName;
  readonly format: Format;
  /** The columns whose values become folders. */
  readonly keys: readonly string[] | undefined;
  readonly hasMetadata: boolean;
  readonly request: FrameComputeOptions;
}

/** Writes rows into a file or a folder of this machine. */
async function writeHere(
  node: FrameNode,
  path: string,
  { name, format, keys, hasMetadata, request }: Files,
  overwrite: boolean,
): Promise<void> {
  if (keys !== undefined) {
    await writeFolder({ path: resolve(path), overwrite }, async (partial) => {
      const writer = hiveWriter(
        { folder: partial, names: keys, format, columns: node.columns },
        request.signal,
      );
      await computeFiles(node, partial, writer, request);
      if (hasMetadata) await writeMetadata(partial);
    });
    return;
  }
  const folder = folderOf(path, name);
  if (folder === undefined) return await writeFile(node, resolve(path), format, overwrite, request);
  await writeFolder({ path: folder.path, overwrite }, async (partial) => {
    const target = (piece: number): Target => ({ path: join(partial, folder.fileName(piece)), format });
    await computeFiles(node, partial, fileWriter(node, target, request.signal), request);
    if (hasMetadata) await writeMetadata(partial);
  });
}

/** A folder and the names of the files in it. */
interface Folder {
  readonly path: string;
  readonly fileName: (number: number) => string;
}

function folderOf(path: string, name: FormatName): Folder | undefined {
  if (path.endsWith("/")) return { path: resolve(path), fileName: (number) => partName(number, name) };
  const pattern = basename(path);
  if (!pattern.includes("*")) return undefined;
  if (pattern.split("*").length > 2) throw invalid("one * at most in the name of the files", "path", path);
  return { path: resolve(dirname(path)), fileName: (number) => pattern.replace("*", partNumber(number)) };
}

async function writeFile(
  node: FrameNode,
  path: string,
  format: Format,
  overwrite: boolean,
  request: FrameComputeOptions,
): Promise<void> {
  checkFree(path, overwrite);
  await computeFile(node, { path, format }, request);
}

/** Fills a folder of another name, which gets its own once all files are whole. */
async function writeFolder(
  { path, overwrite }: { readonly path: string; readonly overwrite: boolean },
  fill: (partial: string) => Promise<void>,
): Promise<void> {
  checkFree(path, overwrite);
  const partial = hiddenBeside(path, "partial");
  try {
    await clearBeside(path, "partial");
    makeFolder(partial);
    try {
      await fill(partial);
      await putInPlace(partial, path);
      // Until now it may have been the last that had the rows.
      await clearBeside(path, "old");
    } finally {
      // Only what has been made: below a file there is nothing to take away, and `rm` says so by an error.
      await rm(partial, { recursive: true, force: true });
    }
  } catch (error) {
    throw error instanceof Error && "errno" in error ? fileError(error, path, "written") : error;
  }
}

/** Writes what the files in a folder and below have into one beside them. */
async function writeMetadata(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const names = files.map((file) => relative(folder, join(file.parentPath, file.name)));
  await frameBackend().writeParquetMetadata(folder, names.toSorted());
}

/** Each piece in a file of its own. */
function fileWriter(node: FrameNode, target: (piece: number) => Target, signal?: AbortSignal): PieceWriter {
  const here = { engine: "memory", scheduler: "threads", signal } as const;
  return {
    call: (planner, piece, number, mark) => planner.file(piece, target(number), mark),
    isCut: true,
    here: async (rows, number) => await computeFile(memoryNode(rows, 1, node.columns), target(number), here),
  };
}

function checkFree(path: string, overwrite: boolean): void {
  if (overwrite || !existsSync(path)) return;
  throw new BrambleError(
    "FILE_EXISTS",
    `${path} is there already: use the option \`overwrite\` to replace it`,
  );
}

function csvFormat(options: AllOptions): Format {
  return {
    csv: {
      separator: options.separator ?? ",",
      header: checkBoolean(options.header ?? true, "options.header"),
      null: options.nullValue ?? "",
    },
  };
}

function parquetFormat({ compression = "zstd", rowGroupSize }: AllOptions): Format {
  const names = ["zstd", "snappy", "lz4", "gzip", "none"] as const;
  const rows =
    rowGroupSize === undefined ? null : checkInteger(rowGroupSize, "options.rowGroupSize", 1, 2 ** 32 - 1);
  return { parquet: { compression: checkOneOf(compression, "options.compression", names), rows } };
}

function ipcFormat({ compression = "none" }: AllOptions): Format {
  return {
    ipc: { compression: checkOneOf(compression, "options.compression", ["zstd", "lz4", "none"] as const) },
  };
}
