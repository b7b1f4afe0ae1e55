import { BrambleError } from "../errors.js";

/** What a stack of `.npy` files says of itself, in Dask's way: a pickled dictionary. */
export interface StackInfo {
  /** Lengths of the chunks along each axis. */
  readonly chunks: readonly (readonly number[])[];
  /** The axis along which the files follow each other. */
  readonly axis: number;
}

/** Pickles what Dask's `from_npy_stack` wants to know; `dtype` is NumPy's name of it. */
export function writeInfo({ chunks, axis }: StackInfo, dtype: string): Uint8Array {
  const pieces: Buffer[] = [];
  const put = (...bytes: number[]): number => pieces.push(Buffer.from(bytes));
  const text = (value: string): void => {
    const bytes = Buffer.from(value, "utf8");
    put(0x58, ...littleEndian(bytes.length, 4));
    pieces.push(bytes);
  };
  const integer = (value: number): number => {
    if (value < 2 ** 31) return put(0x4a, ...littleEndian(value, 4));
    return put(0x8a, 8, ...littleEndian(value, 8));
  };
  // Protocol 2; an empty dictionary, and a mark before its items.
  put(0x80, 2, 0x7d, 0x28);
  text("chunks");
  put(0x28);
  for (const lengths of chunks) {
    put(0x28);
    for (const length of lengths) integer(length);
    put(0x74);
  }
  put(0x74);
  text("dtype");
  // The class `numpy.dtype`, called with a tuple of one.
  pieces.push(Buffer.from("cnumpy\ndtype\n", "latin1"));
  text(dtype);
  put(0x85, 0x52);
  text("axis");
  integer(axis);
  put(0x75, 0x2e);
  return new Uint8Array(Buffer.concat(pieces));
}

/** An integer of up to 53 bits. */
function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, byte) => Math.floor(value / 256 ** byte) % 256);
}

/**
 * Reads the `info` of a stack. Nothing in a pickle is executed: what is no dictionary of texts, integers and tuples
 * is read past.
 *
 * @throws {BrambleError} `INVALID_FILE`.
 */
export function readInfo(bytes: Uint8Array, path: string): StackInfo {
  const broken = (): BrambleError =>
    new BrambleError("INVALID_FILE", `${path} does not describe a stack of .npy files`);
  let info: unknown;
  try {
    info = new Unpickler(bytes).load();
  } catch {
    throw broken();
  }
  if (!(info instanceof Map)) throw broken();
  const [chunks, axis] = [info.get("chunks") as unknown, info.get("axis") as unknown];
  const isLength = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  const isChunks =
    Array.isArray(chunks) && chunks.every((lengths) => Array.isArray(lengths) && lengths.every(isLength));
  if (!isChunks || !isLength(axis) || (axis as number) >= chunks.length) throw broken();
  return { chunks: chunks as number[][], axis: axis as number };
}

/** Stands for objects that are of no interest. */
const OPAQUE = Symbol("an object");
const MARK = Symbol("a mark");

/** A machine for the part of pickle's language that such files are written in, protocols 2 to 5. */
class Unpickler {
  readonly #bytes: Buffer;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Runs to the end and gives what is on top then. */
  load(): unknown {
    for (;;) {
      const opcode = this.#unsigned(1);
      if (opcode === 0x2e) return this.#stack.pop();
      this.#step(opcode);
    }
  }

  #step(opcode: number): void {
    const stack = this.#stack;
    switch (opcode) {
      case 0x80: // PROTO
        this.#unsigned(1);
        return;
      case 0x95: // FRAME
        this.#at += 8;
        return;
      case 0x28: // MARK
        stack.push(MARK);
        return;
      case 0x7d: // EMPTY_DICT
        stack.push(new Map());
        return;
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        stack.push([]);
        return;
      case 0x74: // TUPLE
        stack.push(this.#popToMark());
        return;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        stack.push(stack.splice(-(opcode - 0x84)));
        return;
      case 0x73: // SETITEM
        this.#setItems(stack.splice(-2));
        return;
      case 0x75: // SETITEMS
        this.#setItems(this.#popToMark());
        return;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, stack.at(-1));
        return;
      case 0x71: // BINPUT
        this.#memo.set(this.#unsigned(1), stack.at(-1));
        return;
      case 0x68: // BINGET
        stack.push(this.#memo.get(this.#unsigned(1)));
        return;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#unsigned(4), stack.at(-1));
        return;
      case 0x6a: // LONG_BINGET
        stack.push(this.#memo.get(this.#unsigned(4)));
        return;
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ
      case 0x93: // STACK_GLOBAL
        stack.splice(-2, 2, OPAQUE);
        return;
      case 0x62: // BUILD
        stack.pop();
        return;
      case 0x63: // GLOBAL
        this.#line();
        this.#line();
        stack.push(OPAQUE);
        return;
      default:
        stack.push(this.#value(opcode));
    }
  }

  #value(opcode: number): unknown {
    switch (opcode) {
      case 0x4b: // BININT1
        return this.#unsigned(1);
      case 0x4d: // BININT2
        return this.#unsigned(2);
      case 0x4a: // BININT
        return this.#unsigned(4) | 0;
      case 0x8a: // LONG1
        return this.#long(this.#unsigned(1));
      case 0x8c: // SHORT_BINUNICODE
        return this.#text(this.#unsigned(1));
      case 0x58: // BINUNICODE
        return this.#text(this.#unsigned(4));
      case 0x55: // SHORT_BINSTRING
      case 0x43: // SHORT_BINBYTES
        return this.#text(this.#unsigned(1));
      case 0x88: // NEWTRUE
        return true;
      case 0x89: // NEWFALSE
        return false;
      case 0x4e: // NONE
        return null;
      default:
        throw new RangeError(`opcode ${opcode}`);
    }
  }

  #popToMark(): unknown[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark === -1) throw new RangeError("no mark");
    const items = this.#stack.splice(mark + 1);
    this.#stack.pop();
    return items;
  }

  #setItems(items: readonly unknown[]): void {
    const target = this.#stack.at(-1);
    if (!(target instanceof Map)) throw new RangeError("no dictionary");
    for (let index = 0; index + 1 < items.length; index += 2) target.set(items[index], items[index + 1]);
  }

  #unsigned(bytes: 1 | 2 | 4): number {
    const value = this.#bytes.readUIntLE(this.#at, bytes);
    this.#at += bytes;
    return value;
  }

  /** An integer in two's complement. */
  #long(bytes: number): number {
    const value = this.#bytes.subarray(this.#at, this.#at + bytes);
    this.#at += bytes;
    const magnitude = value.reduceRight((sum, byte) => sum * 256 + byte, 0);
    return (value.at(-1) ?? 0) >= 0x80 ? magnitude - 256 ** bytes : magnitude;
  }

  #text(length: number): string {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError("the end");
    const text = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end;
    return text;
  }

  #line(): void {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) throw new RangeError("the end");
    this.#at = end + 1;
  }
}
