import { BrambleError } from "../errors.js";
import { checkUrl, readObject } from "../remote.js";
import { MOST_HEADER_BYTES, readHeader } from "./header.js";
import { NpyArray } from "./npy-array.js";
import { bytesOf, checkLength } from "./open.js";

/**
 * Opens an `.npy` file behind `s3://`, `https://` or `http://`, as `openRemoteZarr` opens arrays. Each block is one request
 * for the rows that it lies in, so blocks are best cut along the first axis. If the server names contents (`ETag`), a file
 * that is replaced after it was opened is found out.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `NETWORK`, `FILE_ACCESS`, `INVALID_FILE`; `UNSUPPORTED_DTYPE` for elements that
 *   arrays do not have, or whose first axis runs fastest.
 * @example
 * const x = array.fromArray(await openRemoteNpy("https://example.org/x.npy"), { chunks: [1000, -1] });
 */
export async function openRemoteNpy(url: string): Promise<NpyArray> {
  const path = checkUrl(url);
  const found = await readObject(path, MOST_HEADER_BYTES);
  if (found === undefined) throw new BrambleError("FILE_NOT_FOUND", `no file at ${path}`);
  const header = readHeader(found.bytes, path);
  checkLength(header.length + bytesOf(header), found.size, path);
  if (header.fortran && header.shape.length > 1) {
    throw new BrambleError(
      "UNSUPPORTED_DTYPE",
      `${path} has its first axis run fastest, which is read of local files only`,
    );
  }
  const raw = {
    path,
    offset: header.length,
    big_endian: header.bigEndian,
    fortran: false,
    deflated: null,
    size: found.size,
    ...(found.tag !== undefined && { tag: found.tag }),
  };
  return new NpyArray(path, header, { store: { raw }, decoded_chunks: null });
}
