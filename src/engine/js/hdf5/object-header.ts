import { readSync } from "node:fs";

/** What an HDF5 file begins with; behind a user block at 512 bytes, or at twice that, and so on. */
const SIGNATURE = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/** The messages of an object's header that the library keeps to itself. */
export interface HeaderMessages {
  /** How the elements are stored. */
  readonly layout: "compact" | "contiguous" | "chunked" | "virtual";
  /** The bytes of the fill value in the file's byte order; undefined if none was set. */
  readonly fill: Buffer | undefined;
}

const LAYOUTS = ["compact", "contiguous", "chunked", "virtual"] as const;
const LAYOUT = 0x08;
const FILL = 0x05;
const OLD_FILL = 0x04;
const CONTINUATION = 0x10;
/** Flag of a message that stands elsewhere, for several objects. */
const IS_SHARED = 2;

/** How a file writes positions. */
export interface Addressing {
  /** Position in the file from which they count. */
  readonly base: number;
  /** Bytes of a position. */
  readonly offsetSize: number;
  /** Bytes of a length. */
  readonly lengthSize: number;
}

/** Looks for the signature and what follows it; undefined if there is none. */
export function findAddressing(file: number, size: number): Addressing | undefined {
  for (let base = 0; base + SIGNATURE.length <= size; base = base === 0 ? 512 : base * 2) {
    const head = readAt(file, base, 16);
    if (!head.subarray(0, SIGNATURE.length).equals(SIGNATURE)) continue;
    const sizesAt = (head[8] ?? 0) < 2 ? 13 : 9;
    return { base, offsetSize: head[sizesAt] ?? 8, lengthSize: head[sizesAt + 1] ?? 8 };
  }
  return undefined;
}

/** Reads the header of a dataset. The library compiled to WebAssembly tells neither its layout nor its fill value. */
export function readHeader(file: number, addressing: Addressing, address: number): HeaderMessages {
  const messages = new HeaderReader(file, addressing).read(addressing.base + address);
  const layout = messages.get(LAYOUT);
  // The class stands behind the number of axes in old versions.
  const kind = layout === undefined ? undefined : layout[layout.readUInt8(0) < 3 ? 2 : 1];
  return { layout: LAYOUTS[kind ?? 1] ?? "contiguous", fill: fillOf(messages) };
}

function fillOf(messages: ReadonlyMap<number, Buffer>): Buffer | undefined {
  const message = messages.get(FILL);
  if (message === undefined) return sized(messages.get(OLD_FILL), 0);
  const version = message.readUInt8(0);
  if (version >= 3) return (message.readUInt8(1) & 0x20) === 0 ? undefined : sized(message, 2);
  return message.readUInt8(3) === 0 ? undefined : sized(message, 4);
}

/** The bytes behind a length of 4 bytes; undefined if there are none. */
function sized(message: Buffer | undefined, position: number): Buffer | undefined {
  if (message === undefined || message.length < position + 4) return undefined;
  const length = message.readInt32LE(position);
  return length <= 0 ? undefined : message.subarray(position + 4, position + 4 + length);
}

/** Collects the messages of a header, which may go on elsewhere in the file. */
class HeaderReader {
  readonly #file: number;
  readonly #addressing: Addressing;
  readonly #messages = new Map<number, Buffer>();
  /** Blocks that were read: those of a damaged file may lead in a circle. */
  readonly #seen = new Set<number>();
  /** Size of a message's own head, and where its parts stand. */
  #format = { head: 8, size: 2, flags: 4, isNew: false };

  constructor(file: number, addressing: Addressing) {
    this.#file = file;
    this.#addressing = addressing;
  }

  read(position: number): ReadonlyMap<number, Buffer> {
    const head = readAt(this.#file, position, 32);
    if (head.toString("latin1", 0, 4) === "OHDR") this.#readNew(position, head);
    else this.#readBlock(position + 16, head.readUInt32LE(8));
    return this.#messages;
  }

  #readNew(position: number, head: Buffer): void {
    const flags = head.readUInt8(5);
    const sizeBytes = 1 << (flags & 3);
    const sizeAt = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    this.#format = { head: flags & 4 ? 6 : 4, size: 1, flags: 3, isNew: true };
    this.#readBlock(position + sizeAt + sizeBytes, readSize(head, sizeAt, sizeBytes));
  }

  #readBlock(position: number, length: number): void {
    const { head, size, flags, isNew } = this.#format;
    if (this.#seen.has(position)) return;
    this.#seen.add(position);
    const block = readAt(this.#file, position, length);
    for (let at = 0; at + head <= block.length; ) {
      const type = isNew ? block.readUInt8(at) : block.readUInt16LE(at);
      const body = block.subarray(at + head, at + head + block.readUInt16LE(at + size));
      if (type === CONTINUATION) this.#continue(body);
      else if ((block.readUInt8(at + flags) & IS_SHARED) === 0) this.#messages.set(type, body);
      at += head + body.length;
    }
  }

  #continue(body: Buffer): void {
    const { base, offsetSize, lengthSize } = this.#addressing;
    const position = base + readSize(body, 0, offsetSize);
    const length = readSize(body, offsetSize, lengthSize);
    // A new block is between a signature and a checksum of 4 bytes each.
    if (this.#format.isNew) this.#readBlock(position + 4, length - 8);
    else this.#readBlock(position, length);
  }
}

/** An integer of up to 8 bytes, of which files use 6 at most. */
function readSize(bytes: Buffer, at: number, size: number): number {
  return bytes.readUIntLE(at, Math.min(size, 6));
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}
