import { open } from "node:fs/promises";
import type { PieceRows } from "../../engine/engine.js";
import { BrambleError } from "../../errors.js";
import { fileError } from "../../local-file.js";

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
