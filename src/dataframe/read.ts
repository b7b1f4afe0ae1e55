import { cpus } from "node:os";
import { resolve } from "node:path";
import { checkBoolean, checkFilePath, checkInteger, checkOptions, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import type { CsvOptions, Scan, ScanFormat } from "../generated/frames.js";
import { readSchema, type Schema } from "./column-type.js";
import { scanNaming } from "./mismatch.js";
import { isRemote } from "../remote.js";
import type { FrameNode } from "./node.js";

/** A path, a pattern such as `data/*.csv`, a folder, a URL such as `s3://…` or `https://…`, or a list of these. */
export type Paths = string | readonly string[];

/** What readers of text guess types from. */
interface GuessOptions<S extends Schema> {
  /** The types of all columns, in order; then nothing is guessed. */
  readonly schema?: S | undefined;
  /** Types of some columns that are not to be guessed. */
  readonly types?: Schema | undefined;
  /** From how many rows the other types are guessed; null for all. Default: 10,000. */
  readonly sample?: number | null | undefined;
  /** Name of a column that says which file a row is from. */
  readonly includePath?: string | undefined;
}

/** What there is to know of CSV files. */
export interface ReadCSVOptions<S extends Schema = Schema> extends GuessOptions<S> {
  /** Between two values. Default: a comma. */
  readonly separator?: string | undefined;
  /** Around values with a separator or a line break in them; null if nothing is quoted. Default: `"`. */
  readonly quote?: string | null | undefined;
  /** Begins lines that are left out. */
  readonly comment?: string | undefined;
  /** Whether the first line of each file is names. Default: true. */
  readonly header?: boolean | undefined;
  /** Lines before the header that are left out. Default: 0. */
  readonly skipLines?: number | undefined;
  /** Texts that stand for null, besides nothing. */
  readonly nullValues?: readonly string[] | undefined;
  /** Whether text that looks like a date or time becomes one. Default: false. */
  readonly parseDates?: boolean | undefined;
  /** Whether values beyond the last column are left out, or else an error. Default: false. */
  readonly truncateRaggedLines?: boolean | undefined;
  /** Whether values that don't fit their column become null, or else an error. Default: false. */
  readonly ignoreErrors?: boolean | undefined;
  /** Whether a comma is the decimal point. Default: false. */
  readonly decimalComma?: boolean | undefined;
  /** `utf8-lossy` replaces bytes that are no UTF-8, which are an error otherwise. Default: `utf8`. */
  readonly encoding?: "utf8" | "utf8-lossy" | undefined;
}

/** What there is to know of files of JSON lines. */
export interface ReadJSONLinesOptions<S extends Schema = Schema> extends GuessOptions<S> {
  /** Whether lines that are no JSON are left out, or else an error. Default: false. */
  readonly ignoreErrors?: boolean | undefined;
}

/** What there is to know of Parquet files. */
export interface ReadParquetOptions {
  /** Whether folders such as `year=2024` are columns. Default: true for a folder. */
  readonly hive?: boolean | undefined;
  /** Name of a column that says which file a row is from. */
  readonly includePath?: string | undefined;
}

const GUESS = ["schema", "types", "sample", "includePath"] as const;
const SAMPLE = 10_000;
/** Bytes of text that make a partition. */
const PARTITION = 64 * 2 ** 20;

/** CSV files, plain or compressed. */
export function readCSV(paths: unknown, options: ReadCSVOptions): FrameNode {
  checkOptions(options, "options", [
    ...GUESS,
    "separator",
    "quote",
    "comment",
    "header",
    "skipLines",
    "nullValues",
    "parseDates",
    "truncateRaggedLines",
    "ignoreErrors",
    "decimalComma",
    "encoding",
  ]);
  const flag = (name: keyof ReadCSVOptions, otherwise: boolean): boolean =>
    checkBoolean(options[name] ?? otherwise, `options.${name}`);
  const csv: CsvOptions = {
    separator: options.separator ?? ",",
    quote: options.quote === undefined ? '"' : options.quote,
    comment: options.comment ?? null,
    header: flag("header", true),
    skip: checkInteger(options.skipLines ?? 0, "options.skipLines", 0, 2 ** 32 - 1),
    nulls: options.nullValues ?? [],
    dates: flag("parseDates", false),
    truncate: flag("truncateRaggedLines", false),
    lenient: flag("ignoreErrors", false),
    decimal_comma: flag("decimalComma", false),
    lossy: options.encoding === "utf8-lossy",
  };
  return scan(paths, { csv }, options);
}

/** Files of JSON lines, plain or compressed. */
export function readJSONLines(paths: unknown, options: ReadJSONLinesOptions): FrameNode {
  checkOptions(options, "options", [...GUESS, "ignoreErrors"]);
  const lenient = checkBoolean(options.ignoreErrors ?? false, "options.ignoreErrors");
  return scan(paths, { jsonl: { lenient } }, options);
}

/** Parquet files. */
export function readParquet(paths: unknown, options: ReadParquetOptions): FrameNode {
  checkOptions(options, "options", ["hive", "includePath"]);
  const hive = checkBoolean(options.hive ?? !String(paths).endsWith(".parquet"), "options.hive");
  return scan(paths, { parquet: { hive } }, options);
}

/** Arrow IPC files. */
export function readIPC(paths: unknown, options: { readonly includePath?: string | undefined }): FrameNode {
  checkOptions(options, "options", ["includePath"]);
  return scan(paths, "ipc", options);
}

function scan(paths: unknown, format: ScanFormat, options: GuessOptions<Schema>): FrameNode {
  const { schema, types, sample = SAMPLE, includePath: pathColumn } = options;
  if (pathColumn !== undefined && typeof pathColumn !== "string")
    throw invalid("the name of a column", "options.includePath", pathColumn);
  const wanted: Scan = {
    paths: readPaths(paths),
    objects: [],
    format,
    columns: schema === undefined ? null : readSchema(schema, "options.schema"),
    types: types === undefined ? [] : readSchema(types, "options.types"),
    sample: sample === null ? null : checkInteger(sample, "options.sample", 1, 2 ** 32 - 1),
    path_column: pathColumn ?? null,
    range: null,
  };
  const sheet = scanNaming(wanted);
  for (const { name } of wanted.types) {
    if (!sheet.columns.some((column) => column.name === name))
      throw new BrambleError(
        "COLUMN_NOT_FOUND",
        `\`options.types\` names a column ${name}, which the file lacks`,
      );
  }
  // What was guessed once holds from now on, whatever the files become.
  const found: Scan = {
    ...wanted,
    paths: sheet.paths,
    objects: sheet.objects,
    columns: sheet.columns,
  };
  const { bytes, columns } = sheet;
  const pieces = Math.ceil(bytes / PARTITION);
  const npartitions = Math.max(sheet.paths.length, Math.min(pieces, 4 * cpus().length), 1);
  return { inputs: [], operation: { scan: found }, columns, npartitions, bytes };
}

function readPaths(paths: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(paths) ? paths : [paths];
  if (list.length === 0) throw invalid("a path or more", "paths", paths);
  return list.map((path) => {
    checkFilePath(path, "paths");
    if (isRemote(path)) return path;
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path))
      throw invalid("a path, or a URL that begins with s3://, https:// or http://,", "paths", path);
    return resolve(path);
  });
}
