import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, deflateRaw, gunzip, gzip, inflateRaw } from "node:zlib";
import { BrambleError } from "../../errors.js";
import { loadNative } from "../../native/load.js";
import type { Compression } from "../files/compression.js";

type Change = (bytes: Uint8Array) => Promise<Uint8Array>;

/** A codec of files, or of blocks of Avro files. */
export type Codec = Compression | "deflate" | "snappy";

/** Node has some in every version, the addon has the rest. */
const CODECS: Readonly<Record<Codec, { readonly compress: Change; readonly decompress: Change }>> = {
  gzip: { compress: promisify(gzip) as Change, decompress: promisify(gunzip) as Change },
  brotli: {
    compress: promisify(brotliCompress) as Change,
    decompress: promisify(brotliDecompress) as Change,
  },
  deflate: { compress: promisify(deflateRaw) as Change, decompress: promisify(inflateRaw) as Change },
  bzip2: nativeCodec("bzip2"),
  xz: nativeCodec("xz"),
  zstd: nativeCodec("zstd"),
  snappy: nativeCodec("snappy"),
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
    return await decompressBlock(bytes, compression);
  } catch (error) {
    if (error instanceof BrambleError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new BrambleError("CORRUPT_DATA", `${path} is no ${compression} file, or a damaged one: ${why}`, {
      cause: error,
    });
  }
}

/**
 * What a block of a file decompresses to.
 *
 * @throws whatever the codec says of a damaged one.
 */
export async function decompressBlock(bytes: Buffer, codec: Codec): Promise<Buffer> {
  return asBuffer(await CODECS[codec].decompress(bytes));
}

/**
 * What bytes compress to.
 *
 * @throws {BrambleError} `ENGINE_UNAVAILABLE` where only the addon can do it, and there is none.
 */
export async function compress(bytes: Buffer, codec: Codec | undefined): Promise<Buffer> {
  return codec === undefined ? bytes : asBuffer(await CODECS[codec].compress(bytes));
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function nativeCodec(codec: "bzip2" | "xz" | "zstd" | "snappy"): { compress: Change; decompress: Change } {
  const changeBy =
    (name: "compress" | "decompress"): Change =>
    async (bytes) => {
      const { bytes: changed, problem } = await loadNative()[name](bytes, codec);
      if (changed === undefined) throw new Error(problem);
      return changed;
    };
  return { compress: changeBy("compress"), decompress: changeBy("decompress") };
}
