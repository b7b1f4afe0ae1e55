import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { describe } from "../../check.js";
import type { BlockInfo } from "../../engine/engine.js";
import { fileError } from "../../local-file.js";
import type { WrittenCompression } from "../files/compression.js";
import type { Sink } from "./stage.js";

/** How text is written. */
export interface WrittenText {
  readonly delimiter: string;
  readonly encoding: BufferEncoding;
  readonly compression: WrittenCompression | undefined;
  /** Whether items are written as JSON; otherwise they are texts. */
  readonly isJSON: boolean;
}

const COMPRESSORS: Readonly<Record<WrittenCompression, (bytes: Uint8Array) => Promise<Buffer>>> = {
  gzip: promisify(gzip) as (bytes: Uint8Array) => Promise<Buffer>,
  brotli: promisify(brotliCompress) as (bytes: Uint8Array) => Promise<Buffer>,
};

/** Writes the items of a partition to its file, each ended by a delimiter. */
export function writeText(
  paths: readonly string[],
  format: WrittenText,
  { block: [number = 0] }: BlockInfo,
): Sink {
  const { delimiter, encoding, compression, isJSON } = format;
  const textOf = isJSON ? jsonOf : checkText;
  const parts: string[] = [];
  return {
    push: (batch) => {
      for (const item of batch) parts.push(textOf(item), delimiter);
    },
    result: async () => {
      const bytes = Buffer.from(parts.join(""), encoding);
      const written = compression === undefined ? bytes : await COMPRESSORS[compression](bytes);
      await write(paths[number] ?? "", written);
      return written.length;
    },
  };
}

function checkText(item: unknown): string {
  if (typeof item === "string") return item;
  throw new TypeError(
    `\`toTextFiles\` wants texts, and an item is ${describe(item)}: use \`map(String)\` before`,
  );
}

function jsonOf(item: unknown): string {
  const text = JSON.stringify(item) as string | undefined;
  if (text !== undefined) return text;
  throw new TypeError(`JSON has no way to write ${describe(item)}`);
}

/** Writes a file, and says of one of ours what could not be written. */
export async function write(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flush: true });
  } catch (error) {
    throw fileError(error, path, "written");
  }
}
