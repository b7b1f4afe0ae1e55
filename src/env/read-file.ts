import { readFile } from "node:fs/promises";
import { type EnvironmentFile, parseEnvironmentFile } from "./file.js";
import { codeOf } from "./file-errors.js";
import { BrambleError } from "../errors.js";

/**
 * Reads an environment file.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `FILE_ACCESS`, `INVALID_FILE`.
 */
export async function readEnvironmentFile(
  path: string,
): Promise<{ readonly text: string; readonly content: EnvironmentFile }> {
  const text = await readText(path);
  return { text, content: parseEnvironmentFile(text, path) };
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") throw new BrambleError("FILE_NOT_FOUND", `No file is called ${path}`);
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA")
      throw new BrambleError("INVALID_FILE", `${path} is no environment file: it is no text in UTF-8`);
    throw new BrambleError("FILE_ACCESS", `${path} can't be read (${code})`, { cause: error });
  }
}
