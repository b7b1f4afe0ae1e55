import { currentAnnotations } from "../annotate.js";
import { checkBytes } from "../config/index.js";
import { checkBoolean, checkInteger, invalid } from "../check.js";
import type { TaskFunction } from "../engine/engine.js";
import { readOptions } from "./check.js";
import type { Compression } from "./files/compression.js";
import { findFiles, isUrl } from "./files/glob.js";
import { type Piece, partitionFiles } from "./files/pieces.js";
import { type Recipe, values } from "./recipe.js";
import { TASKS } from "./tasks/index.js";
import type { TextFormat } from "./tasks/text.js";

/** How files become partitions. */
export interface ReadOptions {
  /**
   * Bytes of a partition, as a number or as `"16MiB"`. A record belongs to the partition in whose bytes it begins. Files
   * that are compressed are one partition each. Default: 32 MiB.
   */
  readonly blocksize?: number | string | undefined;
  /** Whole files in a partition, rather. */
  readonly filesPerPartition?: number | undefined;
  /** How files are compressed; null: they are not. Default: what the ending of their name says. */
  readonly compression?: Compression | "infer" | null | undefined;
  /** Whether items are `[record, path]`. Default: false. */
  readonly includePath?: boolean | undefined;
}

/** How files of text become partitions of records. */
export interface ReadTextOptions extends ReadOptions {
  /** What ends a record; it is no part of it. Default: a line feed, with a carriage return before it or not. */
  readonly lineDelimiter?: string | undefined;
  /** The encoding, by a name that `TextDecoder` knows. Default: `utf8`, whose errors become U+FFFD. */
  readonly encoding?: string | undefined;
}

const OPTIONS = ["blocksize", "filesPerPartition", "compression", "includePath"];

/** Bytes of a partition, unless somebody says otherwise. */
const BLOCKSIZE = 32 * 2 ** 20;

/** See `bag.readText`. */
export function readText(paths: unknown, options: unknown): Recipe {
  const { lineDelimiter, encoding = "utf8" } = readOptions(options, [
    ...OPTIONS,
    "lineDelimiter",
    "encoding",
  ]);
  if (lineDelimiter !== undefined && (typeof lineDelimiter !== "string" || lineDelimiter === "")) {
    throw invalid("a text that is not empty", "options.lineDelimiter", lineDelimiter);
  }
  const format: TextFormat = { delimiter: lineDelimiter, encoding: checkEncoding(encoding) };
  return fileRecipe("readText", TASKS.openText as TaskFunction, paths, options, [format]);
}

/** See `bag.readJSONLines`. */
export function readJSONLines(paths: unknown, options: unknown): Recipe {
  readOptions(options, OPTIONS);
  return fileRecipe("readJSONLines", TASKS.openJSONLines as TaskFunction, paths, options, []);
}

/** See `bag.readAvro`. */
export function readAvro(paths: unknown, options: unknown): Recipe {
  readOptions(options, ["blocksize", "filesPerPartition", "includePath"]);
  // Blocks within the file are compressed, not the file.
  const whole = { ...(options as ReadOptions), compression: null };
  return fileRecipe("readAvro", TASKS.openAvro as TaskFunction, paths, whole, []);
}

/** See `bag.fromURL`. */
export function fromURL(urls: unknown): Recipe {
  const list = Array.isArray(urls) ? (urls as unknown[]) : [urls];
  const texts = list.map((url) => {
    const text = url instanceof URL ? url.href : url;
    if (typeof text === "string" && isUrl(text)) return text;
    throw invalid("http or https URLs", "urls", url);
  });
  return readText(texts, {});
}

function fileRecipe(
  label: string,
  open: TaskFunction,
  paths: unknown,
  options: unknown,
  format: readonly unknown[],
): Recipe {
  const { includePath = false } = options as ReadOptions;
  const partitions = piecesOf(paths, options as ReadOptions);
  return {
    label,
    trail: [label],
    count: partitions.length,
    reads: [],
    open: [open, ...values(partitions, ...format, checkBoolean(includePath, "options.includePath"))],
    steps: [],
    annotations: currentAnnotations(),
  };
}

function piecesOf(paths: unknown, { blocksize, filesPerPartition, compression }: ReadOptions): Piece[][] {
  if (blocksize !== undefined && filesPerPartition !== undefined) {
    throw invalid(
      "no `filesPerPartition` beside `blocksize`",
      "options.filesPerPartition",
      filesPerPartition,
    );
  }
  const size = blocksize === undefined ? BLOCKSIZE : checkBytes(blocksize, "options.blocksize");
  return partitionFiles(findFiles(paths, "paths"), {
    blocksize: filesPerPartition === undefined ? size : undefined,
    filesPerPartition:
      filesPerPartition === undefined ? 1 : checkInteger(filesPerPartition, "options.filesPerPartition", 1),
    compression,
    isAsked: blocksize !== undefined,
  });
}

function checkEncoding(encoding: unknown): string {
  try {
    if (typeof encoding === "string" && new TextDecoder(encoding).encoding !== "") return encoding;
  } catch {
    // What `TextDecoder` does not know nobody can read.
  }
  throw invalid("the name of an encoding", "options.encoding", encoding);
}
