import type { Schema } from "avsc";
import type { ComputeOptions } from "../array/compute.js";
import { COMPUTE_OPTIONS, computeOptionsOf } from "../array/compute.js";
import { checkOneOf, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import { readOptions } from "./check.js";
import { computePartitions } from "./compute.js";
import { type Compression, compressionOf } from "./files/compression.js";
import { FilesBeingWritten, partitionPaths } from "./files/writing.js";
import { type Recipe, sinkNode, type Template } from "./recipe.js";
import { task } from "./reduce.js";
import { AVRO_CODECS, type AvroCodec, loadAvro } from "./tasks/avro.js";
import type { WrittenText } from "./tasks/write.js";

/** How bags are written to files, and how they are computed. */
export interface WriteOptions extends ComputeOptions {
  /** How files are compressed; null: not. Default: what the ending of their name says. */
  readonly compression?: Compression | "infer" | null | undefined;
  /** Names the file of a partition by its number. Default: the number, with zeros before it. */
  readonly nameFunction?: ((partition: number) => string) | undefined;
}

/** How texts are written. */
export interface WriteTextOptions extends WriteOptions {
  /** What stands behind each item. Default: a line feed. */
  readonly lineDelimiter?: string | undefined;
  /** The encoding. Default: `utf8`. */
  readonly encoding?: "utf8" | "utf16le" | "latin1" | undefined;
}

const OPTIONS = [...COMPUTE_OPTIONS, "compression", "nameFunction"];

/** See `Bag.toTextFiles`. */
export async function toTextFiles(
  recipe: Recipe,
  path: unknown,
  options: WriteTextOptions,
): Promise<string[]> {
  const given = readOptions(options, [...OPTIONS, "lineDelimiter", "encoding"]);
  const { lineDelimiter: delimiter = "\n", encoding = "utf8" } = given;
  if (typeof delimiter !== "string" || delimiter === "") {
    throw invalid("a text that is not empty", "options.lineDelimiter", delimiter);
  }
  const format = {
    delimiter,
    encoding: checkOneOf(encoding as string, "options.encoding", ["utf8", "utf16le", "latin1"]),
    isJSON: false,
  } as const;
  return writeTexts(recipe, { path, label: "toTextFiles", format }, options);
}

/** See `Bag.toJSONLines`. */
export async function toJSONLines(recipe: Recipe, path: unknown, options: WriteOptions): Promise<string[]> {
  readOptions(options, OPTIONS);
  const format = { delimiter: "\n", encoding: "utf8", isJSON: true } as const;
  return writeTexts(recipe, { path, label: "toJSONLines", format }, options);
}

/** How Avro files are written. */
export interface WriteAvroOptions extends Omit<WriteOptions, "compression"> {
  /** How blocks within the file are compressed. Default: `null`, which is not. */
  readonly codec?: AvroCodec | undefined;
}

/** See `Bag.toAvro`. */
export async function toAvro(
  recipe: Recipe,
  path: unknown,
  schema: unknown,
  options: WriteAvroOptions,
): Promise<string[]> {
  const { codec = "null" } = readOptions(options, [...COMPUTE_OPTIONS, "nameFunction", "codec"]);
  const known = checkOneOf(codec as string, "options.codec", AVRO_CODECS);
  await checkSchema(schema);
  const end = (partial: readonly string[]): Template => task("writeAvro", partial, schema, known);
  const paths = partitionPaths(path, recipe.count, options.nameFunction);
  return writeFiles(recipe, { paths, label: "toAvro", end }, options);
}

async function checkSchema(schema: unknown): Promise<void> {
  const { typeOf } = await loadAvro();
  try {
    typeOf(schema as Schema);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BrambleError("INVALID_ARGUMENT", `\`schema\` is no schema of Avro: ${why}`, { cause: error });
  }
}

interface TextParts {
  readonly path: unknown;
  readonly label: string;
  readonly format: Omit<WrittenText, "compression">;
}

function writeTexts(
  recipe: Recipe,
  { path, label, format }: TextParts,
  options: WriteOptions,
): Promise<string[]> {
  const paths = partitionPaths(path, recipe.count, options.nameFunction);
  const compression = compressionOf(paths[0] ?? "", options.compression);
  const end = (partial: readonly string[]): Template =>
    task("writeText", partial, { ...format, compression });
  return writeFiles(recipe, { paths, label, end }, options);
}

/** What is written, and how. */
export interface FileParts {
  readonly paths: readonly string[];
  readonly label: string;
  /** Writes a partition to the file of its number. */
  readonly end: (partial: readonly string[]) => Template;
}

/** Writes each partition to a file; all of them are there, or none. */
export async function writeFiles(recipe: Recipe, parts: FileParts, options: WriteOptions): Promise<string[]> {
  const files = new FilesBeingWritten(parts.paths);
  try {
    const node = sinkNode(recipe, parts.end(files.partial), parts.label);
    await computePartitions(node, computeOptionsOf(options));
    files.commit();
  } catch (error) {
    files.abort();
    throw error;
  }
  return [...files.paths];
}
