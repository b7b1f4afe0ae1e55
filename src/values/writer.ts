import { EXT, type Kind } from "./wire.js";

/** Up to so many characters of ASCII are written one by one, which is quicker than a call of Node's. */
const SHORT_TEXT = 31;

/** Writes MessagePack. */
export class Writer {
  #bytes: Buffer;
  #length = 0;

  /** @param size - how many bytes there are before it has to grow. */
  constructor(size = 256) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Forgets what was written behind a length. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** What was written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  nil(): void {
    this.#byte(0xc0);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.#float(value);
    else if (value >= 0) this.#unsigned(value);
    else this.#negative(value);
  }

  /** As two's complement, lowest byte first. */
  bigint(value: bigint): void {
    // One bit for the sign.
    const bits = (value < 0n ? ~value : value).toString(2).length + 1;
    const size = Math.ceil(bits / 8);
    this.#extension(EXT.bigint, size);
    let rest = BigInt.asUintN(size * 8, value);
    for (let index = 0; index < size; index += 1) {
      this.#bytes[this.#length + index] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    this.#length += size;
  }

  string(value: string): void {
    if (value.length <= SHORT_TEXT && this.#ascii(value)) return;
    // UTF-8 cannot hold what is no proper UTF-16.
    if (!value.isWellFormed()) {
      this.#extension(EXT.utf16, value.length * 2);
      this.#length += this.#bytes.write(value, this.#length, "utf16le");
      return;
    }
    // Short ones fit whatever they hold, so that their length comes after them.
    if (value.length <= 10) {
      this.#reserve(1 + value.length * 3);
      const size = this.#bytes.write(value, this.#length + 1, "utf8");
      this.#bytes[this.#length] = 0xa0 | size;
      this.#length += 1 + size;
      return;
    }
    const size = Buffer.byteLength(value);
    if (size < 32) this.#byte(0xa0 | size);
    else if (size < 0x100) this.#sized(0xd9, size, 1);
    else if (size < 0x1_0000) this.#sized(0xda, size, 2);
    else this.#sized(0xdb, size, 4);
    this.#reserve(size);
    this.#length += this.#bytes.write(value, this.#length, "utf8");
  }

  /** The beginning of an array of so many entries. */
  array(count: number): void {
    if (count < 16) this.#byte(0x90 | count);
    else if (count < 0x1_0000) this.#sized(0xdc, count, 2);
    else this.#sized(0xdd, count, 4);
  }

  /** The beginning of a map of so many pairs. */
  map(count: number): void {
    if (count < 16) this.#byte(0x80 | count);
    else if (count < 0x1_0000) this.#sized(0xde, count, 2);
    else this.#sized(0xdf, count, 4);
  }

  /** The beginning of something composite: `count` entries follow. */
  composite(kind: Kind, count: number): void {
    this.array(count + 1);
    this.#reserve(3);
    this.#bytes[this.#length] = 0xd4;
    this.#bytes[this.#length + 1] = EXT.kind;
    this.#bytes[this.#length + 2] = kind;
    this.#length += 3;
  }

  undefined(): void {
    this.#extension(EXT.undefined, 1);
    this.#byte(0);
  }

  ref(number: number): void {
    this.#extension(EXT.ref, 4);
    this.#uint(number, 4);
  }

  /** Four bytes at the end that say where something begins. */
  footer(position: number): void {
    this.#uint(position, 4);
  }

  /** Writes a short text if it is ASCII, and says whether it is. */
  #ascii(value: string): boolean {
    const size = value.length;
    this.#reserve(1 + size);
    const start = this.#length + 1;
    for (let at = 0; at < size; at += 1) {
      const code = value.charCodeAt(at);
      if (code > 0x7f) return false;
      this.#bytes[start + at] = code;
    }
    this.#bytes[this.#length] = 0xa0 | size;
    this.#length = start + size;
    return true;
  }

  #float(value: number): void {
    this.#reserve(9);
    this.#bytes[this.#length] = 0xcb;
    this.#bytes.writeDoubleBE(value, this.#length + 1);
    this.#length += 9;
  }

  #unsigned(value: number): void {
    if (value < 0x80) this.#byte(value);
    else if (value < 0x100) this.#sized(0xcc, value, 1);
    else if (value < 0x1_0000) this.#sized(0xcd, value, 2);
    else if (value < 0x1_0000_0000) this.#sized(0xce, value, 4);
    else {
      this.#byte(0xcf);
      this.#uint(Math.floor(value / 0x1_0000_0000), 4);
      this.#uint(value % 0x1_0000_0000, 4);
    }
  }

  #negative(value: number): void {
    if (value >= -32) this.#byte(value & 0xff);
    else if (value >= -0x8000_0000) this.#sized(0xd2, value >>> 0, 4);
    else {
      this.#reserve(9);
      this.#bytes[this.#length] = 0xd3;
      this.#bytes.writeBigInt64BE(BigInt(value), this.#length + 1);
      this.#length += 9;
    }
  }

  #extension(type: number, size: number): void {
    const fixed = FIXED_SIZES.indexOf(size);
    if (fixed !== -1) this.#byte(0xd4 + fixed);
    else if (size < 0x100) this.#sized(0xc7, size, 1);
    else if (size < 0x1_0000) this.#sized(0xc8, size, 2);
    else this.#sized(0xc9, size, 4);
    this.#byte(type);
    this.#reserve(size);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  #sized(type: number, value: number, size: 1 | 2 | 4): void {
    this.#byte(type);
    this.#uint(value, size);
  }

  #uint(value: number, size: 1 | 2 | 4): void {
    this.#reserve(size);
    this.#bytes.writeUIntBE(value, this.#length, size);
    this.#length += size;
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** Sizes of extensions that have a type byte of their own. */
const FIXED_SIZES = [1, 2, 4, 8, 16];
