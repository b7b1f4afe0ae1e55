import { BrambleError } from "../errors.js";
import type { LocalFile } from "../local-file.js";

/** A member of a zip file. */
export interface ZipMember {
  readonly name: string;
  /** Bytes that it has in the file. */
  readonly stored: number;
  /** Bytes that it has decoded. */
  readonly size: number;
  /** CRC-32 of its decoded bytes. */
  readonly checksum: number;
  /** Whether it is deflated rather than stored as it is. */
  readonly deflated: boolean;
  /** Position of its local header. */
  readonly header: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const MOST_COMMENT_BYTES = 0xffff;
const WIDE_LOCATOR = 0x07064b50;
const WIDE_LOCATOR_BYTES = 20;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
/** What a 32-bit field has where the true value is in an extra field. */
const WIDE = 0xffffffff;

/**
 * Lists the members of a zip file.
 *
 * @throws {BrambleError} `INVALID_FILE` if it is none, or has members that are encrypted or compressed otherwise.
 */
export function readZip(file: LocalFile): ZipMember[] {
  const { directory, size, count } = findDirectory(file);
  const entries = readAll(file, directory, size);
  const members: ZipMember[] = [];
  for (let at = 0; members.length < count; ) {
    if (at + ENTRY_BYTES > entries.length || entries.readUInt32LE(at) !== ENTRY) {
      throw broken(file, "its directory is damaged");
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      entries.readUInt16LE(at + field),
    );
    const next = at + ENTRY_BYTES + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
    if (next > entries.length) throw broken(file, "its directory is damaged");
    const extraStart = at + ENTRY_BYTES + (nameLength ?? 0);
    const name = entries.toString("utf8", at + ENTRY_BYTES, extraStart);
    const method = entries.readUInt16LE(at + 10);
    if ((method !== 0 && method !== 8) || (entries.readUInt16LE(at + 8) & 1) !== 0) {
      throw broken(file, `${name} in it is encrypted, or compressed in a way that is not known here`);
    }
    const wide = wideFields(entries.subarray(extraStart, extraStart + (extraLength ?? 0)));
    const field = (offset: number): number => {
      const value = entries.readUInt32LE(at + offset);
      return value === WIDE ? (wide.shift() ?? value) : value;
    };
    // The extra field has those that are too wide in this order.
    const [unpacked, stored, header] = [field(24), field(20), field(42)];
    const checksum = entries.readUInt32LE(at + 16);
    members.push({ name, stored, size: unpacked, checksum, deflated: method === 8, header });
    at = next;
  }
  return members;
}

/** Position of the first byte of a member, behind its local header. */
export function memberStart(file: LocalFile, { header, name }: ZipMember): number {
  const local = readAll(file, header, LOCAL_BYTES);
  if (local.readUInt32LE(0) !== LOCAL) throw broken(file, `${name} in it is damaged`);
  return header + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
}

function findDirectory(file: LocalFile): { directory: number; size: number; count: number } {
  const length = Math.min(file.size, END_BYTES + MOST_COMMENT_BYTES);
  const tail = file.read(file.size - length, length);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw broken(file, "it does not end as one");
  const locator = end - WIDE_LOCATOR_BYTES;
  if (locator >= 0 && tail.readUInt32LE(locator) === WIDE_LOCATOR) {
    const record = readAll(file, Number(tail.readBigUInt64LE(locator + 8)), 56);
    const [count, size, directory] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)));
    return { directory: directory ?? 0, size: size ?? 0, count: count ?? 0 };
  }
  return {
    directory: tail.readUInt32LE(end + 16),
    size: tail.readUInt32LE(end + 12),
    count: tail.readUInt16LE(end + 10),
  };
}

/** The numbers of the extra field for what does not fit 32 bits. */
function wideFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const length = Math.min(extra.readUInt16LE(at + 2), extra.length - at - 4);
    return Array.from({ length: Math.floor(length / 8) }, (_, number) =>
      Number(extra.readBigUInt64LE(at + 4 + number * 8)),
    );
  }
  return [];
}

/** Bytes that a file has if it is what it says. */
function readAll(file: LocalFile, position: number, length: number): Buffer {
  const bytes = file.read(position, length);
  if (bytes.length === length) return bytes;
  throw broken(file, `it should go on to byte ${position + length}`);
}

function broken({ path }: LocalFile, problem: string): BrambleError {
  return new BrambleError("INVALID_FILE", `${path} is not a zip file that can be read: ${problem}`);
}
