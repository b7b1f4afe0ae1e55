import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { BrambleError } from "../../errors.js";
import { fileError } from "../../local-file.js";

/** Rows in a file, which is there for as long as the query runs. */
export interface Stashed {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** Rows as an Arrow stream or as a shard, in memory or in a file. */
export type PieceRows = Uint8Array | Stashed;

/** Puts rows into a new file of a folder, behind one another; without a folder they stay in memory. */
export async function stash(
  rows: readonly Uint8Array[],
  folder: string | null,
): Promise<readonly PieceRows[]> {
  if (folder === null) return rows;
  // A call that is made again has a file of its own.
  const path = join(folder, randomUUID());
  try {
    const file = await open(path, "wx");
    try {
      return await append(file, path, rows);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(error, path, "written");
  }
}

async function append(
  file: Awaited<ReturnType<typeof open>>,
  path: string,
  rows: readonly Uint8Array[],
): Promise<Stashed[]> {
  const stashed: Stashed[] = [];
  let offset = 0;
  for (const bytes of rows) {
    await file.appendFile(bytes);
    stashed.push({ path, offset, length: bytes.length });
    offset += bytes.length;
  }
  return stashed;
}

/** Rows in memory. */
export async function fetchRows(rows: PieceRows): Promise<Uint8Array> {
  if (rows instanceof Uint8Array) return rows;
  const { path, offset, length } = rows;
  try {
    const file = await open(path, "r");
    try {
      const bytes = new Uint8Array(length);
      for (let read = 0; read < length; ) {
        const { bytesRead } = await file.read(bytes, read, length - read, offset + read);
        if (bytesRead === 0)
          throw new BrambleError(
            "INVALID_VALUE",
            `${path} ends after ${offset + read} bytes, but ${offset + length} were written`,
          );
        read += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(error, path, "read");
  }
}
