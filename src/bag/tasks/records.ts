import type { FileHandle } from "node:fs/promises";

/** What ends a record, as bytes. */
export interface Delimiter {
  readonly bytes: Uint8Array;
  /** Bytes of a character of the encoding: a delimiter begins at a multiple of them. */
  readonly unit: number;
}

/** Bytes that are looked through at a time. */
const WINDOW = 65_536;

/**
 * Where the first record at or behind a position begins. Records end behind delimiters, which are found from the
 * beginning of the file on without overlapping; everybody who asks gets the same answer, and looks at little.
 */
export async function recordStart(
  file: FileHandle,
  { position, size }: { readonly position: number; readonly size: number },
  delimiter: Delimiter,
): Promise<number> {
  if (position <= 0) return 0;
  if (position >= size) return size;
  const { length } = delimiter.bytes;
  const before = Math.max(0, position - length);
  let at = overlapsItself(delimiter.bytes) ? await cleanBefore(file, before, delimiter) : before;
  for (;;) {
    const bytes = await readAt(file, at, Math.min(WINDOW + length, size - at));
    for (
      let found = find(bytes, 0, at, delimiter);
      found !== -1;
      found = find(bytes, found + length, at, delimiter)
    ) {
      const end = at + found + length;
      if (end >= position) return end;
    }
    // The last bytes may be the beginning of a delimiter. One that began before was found.
    const done = lastEnd(bytes, at, delimiter);
    if (at + bytes.length >= size) return size;
    at += Math.max(done, bytes.length - length + 1);
  }
}

/** Some bytes of a file; fewer where it ends. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** The next delimiter in bytes that begin at `start` in their file. */
function find(bytes: Buffer, from: number, start: number, { bytes: delimiter, unit }: Delimiter): number {
  let found = bytes.indexOf(delimiter, from);
  while (found !== -1 && (start + found) % unit !== 0) found = bytes.indexOf(delimiter, found + 1);
  return found;
}

/** Behind the last delimiter in some bytes. */
function lastEnd(bytes: Buffer, start: number, delimiter: Delimiter): number {
  let end = 0;
  for (
    let found = find(bytes, 0, start, delimiter);
    found !== -1;
    found = find(bytes, end, start, delimiter)
  ) {
    end = found + delimiter.bytes.length;
  }
  return end;
}

/** Whether two delimiters can share bytes, as `\n\n` can in `\n\n\n`: then it matters where one begins to count. */
function overlapsItself(delimiter: Uint8Array): boolean {
  const bytes = Buffer.from(delimiter);
  return Array.from({ length: bytes.length - 1 }, (_, index) => index + 1).some((shift) =>
    bytes.subarray(shift).equals(bytes.subarray(0, bytes.length - shift)),
  );
}

/** The last position up to `position` that no delimiter lies across, wherever it may begin. */
async function cleanBefore(
  file: FileHandle,
  position: number,
  { bytes: delimiter }: Delimiter,
): Promise<number> {
  const { length } = delimiter;
  for (let reach = 4 * length + 1024; ; reach *= 4) {
    const start = Math.max(0, position - reach);
    const bytes = await readAt(file, start, position - start + length);
    for (let at = position; at > start + length || (start === 0 && at > 0); at -= 1) {
      if (!liesAcross(bytes, at - start, delimiter)) return at;
    }
    if (start === 0) return 0;
  }
}

function liesAcross(bytes: Buffer, at: number, delimiter: Uint8Array): boolean {
  for (let start = Math.max(0, at - delimiter.length + 1); start < at; start += 1) {
    const isThere = bytes.subarray(start, start + delimiter.length).equals(delimiter);
    if (isThere) return true;
  }
  return false;
}
