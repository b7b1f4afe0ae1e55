import { BrambleError } from "../errors.js";
import { EXT, type Kind } from "./wire.js";

/** The next item: a primitive itself, or the beginning of something. */
export type Item =
  | { readonly is: "value"; readonly value: unknown }
  | { readonly is: "array" | "map"; readonly count: number }
  | { readonly is: "ref"; readonly number: number };

/** Characters that are put together one by one at most: V8 makes a tree of more. */
const MOST_JOINED = 12;

/** Reads the MessagePack that `Writer` makes. */
export class Reader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = position;
  }

  /** Where the next item begins. */
  get position(): number {
    return this.#position;
  }

  /** A reader of what begins where the last four bytes say. */
  footer(): Reader {
    const at = this.#bytes.length - 4;
    const position = at < 0 ? -1 : this.#bytes.readUInt32BE(at);
    if (position < 0 || position > at) throw malformed("no tables at their end");
    return new Reader(this.#bytes, position);
  }

  /** The kind that begins here, if the array that was just opened is something composite. */
  kind(): Kind | undefined {
    const at = this.#position;
    if (this.#bytes[at] !== 0xd4 || this.#bytes[at + 1] !== EXT.kind) return undefined;
    this.#position = at + 3;
    return this.#bytes[at + 2] as Kind;
  }

  /** Reads an item. */
  next(): Item {
    const type = this.#uint(1);
    if (type < 0x80) return value(type);
    if (type >= 0xe0) return value(type - 0x100);
    if (type < 0x90) return { is: "map", count: type & 0xf };
    if (type < 0xa0) return { is: "array", count: type & 0xf };
    if (type < 0xc0) return value(this.#shortText(type & 0x1f));
    return this.#nextByType(type);
  }

  #nextByType(type: number): Item {
    switch (type) {
      case 0xc0:
        return value(null);
      case 0xc2:
      case 0xc3:
        return value(type === 0xc3);
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#uint(2 ** (type - 0xc7)));
      case 0xcb:
        this.#position += 8;
        return value(this.#bytes.readDoubleBE(this.#position - 8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return value(this.#uint(2 ** (type - 0xcc)));
      case 0xcf:
        return value(this.#uint(4) * 0x1_0000_0000 + this.#uint(4));
      case 0xd2:
        return value(this.#uint(4) | 0);
      case 0xd3:
        this.#position += 8;
        return value(Number(this.#bytes.readBigInt64BE(this.#position - 8)));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(2 ** (type - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return value(this.#text(this.#uint(2 ** (type - 0xd9)), "utf8"));
      case 0xdc:
      case 0xdd:
        return { is: "array", count: this.#uint(2 ** (type - 0xdb)) };
      case 0xde:
      case 0xdf:
        return { is: "map", count: this.#uint(2 ** (type - 0xdd)) };
      default:
        throw malformed(`a byte ${type} at ${this.#position - 1}`);
    }
  }

  #extension(size: number): Item {
    const type = this.#uint(1);
    const start = this.#position;
    switch (type) {
      case EXT.ref:
        return { is: "ref", number: this.#uint(4) };
      case EXT.undefined:
        this.#position += size;
        return value(undefined);
      case EXT.bigint:
        this.#position += size;
        return value(bigintOf(this.#bytes.subarray(start, start + size)));
      case EXT.utf16:
        return value(this.#text(size, "utf16le"));
      default:
        throw malformed(`an extension of type ${type} at ${start}`);
    }
  }

  /** A text of few bytes: those of ASCII are quicker put together here than by a call of Node's. */
  #shortText(size: number): string {
    if (size > MOST_JOINED) return this.#text(size, "utf8");
    const start = this.#position;
    let text = "";
    for (let at = start; at < start + size; at += 1) {
      const code = this.#bytes[at] ?? 0x80;
      if (code > 0x7f) return this.#text(size, "utf8");
      text += String.fromCharCode(code);
    }
    this.#position = start + size;
    return text;
  }

  #text(size: number, encoding: "utf8" | "utf16le"): string {
    this.#position += size;
    return this.#bytes.toString(encoding, this.#position - size, this.#position);
  }

  #uint(size: number): number {
    const at = this.#position;
    if (at + size > this.#bytes.length) throw malformed("an end before the value is complete");
    this.#position += size;
    return size === 1 ? (this.#bytes[at] ?? 0) : this.#bytes.readUIntBE(at, size);
  }
}

/** An error about bytes that no `Writer` wrote. */
export function malformed(what: string): BrambleError {
  return new BrambleError("CORRUPT_DATA", `These bytes are no value of Bramble's: they have ${what}`);
}

function value(of: unknown): Item {
  return { is: "value", value: of };
}

function bigintOf(bytes: Uint8Array): bigint {
  let result = 0n;
  for (const byte of bytes.toReversed()) result = (result << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, result);
}
