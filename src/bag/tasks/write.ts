import { writeFile } from "node:fs/promises";
import { describe } from "../../check.js";
import type { BlockInfo } from "../../engine/engine.js";
import { BrambleError } from "../../errors.js";
import { fileError } from "../../local-file.js";
import type { Compression } from "../files/compression.js";
import { finalPath } from "../files/writing.js";
import { compress } from "./compression.js";
import type { Sink } from "./stage.js";

/** How text is written. */
export interface WrittenText {
  readonly delimiter: string;
  readonly encoding: BufferEncoding;
  readonly compression: Compression | undefined;
  /** Whether items are written as JSON; otherwise they are texts. */
  readonly isJSON: boolean;
}

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
      const written = await compress(Buffer.from(parts.join(""), encoding), compression);
      await write(paths[number] ?? "", written);
      return written.length;
    },
  };
}

function checkText(item: unknown): string {
  if (typeof item === "string") return item;
  throw new BrambleError(
    "INVALID_VALUE",
    `\`toTextFiles\` wants texts, and an item is ${describe(item)}: use \`map(String)\` before`,
  );
}

function jsonOf(item: unknown): string {
  const text = JSON.stringify(item) as string | undefined;
  if (text !== undefined) return text;
  throw new BrambleError("INVALID_VALUE", `JSON has no way to write ${describe(item)}`);
}

/** Writes a file, and says of one of ours what could not be written. */
export async function write(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flush: true });
  } catch (error) {
    throw fileError(error, finalPath(path), "written");
  }
}
