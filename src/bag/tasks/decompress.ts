import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";
import { BrambleError } from "../../errors.js";
import { loadNative } from "../../native/load.js";
import type { Compression } from "../files/compression.js";

type Decompress = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Node has two of them in every version, the addon has the rest. */
const DECOMPRESSORS: Readonly<Record<Compression, Decompress>> = {
  gzip: promisify(gunzip) as Decompress,
  brotli: promisify(brotliDecompress) as Decompress,
  bzip2: (bytes) => decompressNatively(bytes, "bzip2"),
  xz: (bytes) => decompressNatively(bytes, "xz"),
  zstd: (bytes) => decompressNatively(bytes, "zstd"),
};

/**
 * What a file decompresses to.
 *
 * @throws {BrambleError} `CORRUPT_DATA` if it is no such file, or a damaged one; `ENGINE_UNAVAILABLE` where only the addon
 *   can read it, and there is none.
 */
export async function decompress(
  bytes: Buffer,
  path: string,
  compression: Compression | undefined,
): Promise<Buffer> {
  if (compression === undefined || bytes.length === 0) return bytes;
  try {
    const { buffer, byteOffset, byteLength } = await DECOMPRESSORS[compression](bytes);
    return Buffer.from(buffer, byteOffset, byteLength);
  } catch (error) {
    if (error instanceof BrambleError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new BrambleError("CORRUPT_DATA", `${path} is no ${compression} file, or a damaged one: ${why}`, {
      cause: error,
    });
  }
}

async function decompressNatively(bytes: Uint8Array, codec: "bzip2" | "xz" | "zstd"): Promise<Uint8Array> {
  const { bytes: decompressed, problem } = await loadNative().decompress(bytes, codec);
  if (decompressed === undefined) throw new Error(problem);
  return decompressed;
}
