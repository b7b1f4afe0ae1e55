import { BrambleError } from "../errors.js";
import type { NativeValue } from "../native/binding.js";
import { decodeLoading, encode, type Encoded } from "../values/index.js";

/** How values come to an executor. */
export interface Codec {
  /** A promise only where modules must be loaded first; values themselves never are promises. */
  decode(encoded: Encoded): unknown;
}

/** Our own encoding. */
export const VALUES: Codec = {
  decode: decodeLoading,
};

/** A value that a function gave or threw elsewhere; a promise where modules must be loaded first. */
export function decodeValue({ bytes, buffers }: NativeValue): unknown {
  return VALUES.decode({ head: bytes ?? new Uint8Array(), buffers: buffers ?? [] });
}

/** An error as it travels; one that cannot becomes one that says the same. */
export function encodeError(error: unknown): Encoded {
  try {
    return encode(error, "the error that the task threw");
  } catch {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return encode(new BrambleError("TASK_FAILED", text));
  }
}

/** How many bytes begin on such a border, so that any typed array can lie there. */
const ALIGNMENT = 16;

/** An encoded value in one piece: the number of buffers, the lengths of head and buffers, and these. */
export function pack({ head, buffers }: Encoded): Uint8Array {
  const parts = [head, ...buffers];
  const lengths = Float64Array.of(parts.length, ...parts.map(({ byteLength }) => byteLength));
  const starts: number[] = [];
  let end = lengths.byteLength;
  for (const { byteLength } of parts) {
    starts.push(Math.ceil(end / ALIGNMENT) * ALIGNMENT);
    end = (starts.at(-1) ?? 0) + byteLength;
  }
  const packed = new Uint8Array(end);
  packed.set(new Uint8Array(lengths.buffer));
  for (const [number, part] of parts.entries()) packed.set(part, starts[number]);
  return packed;
}

/** What was packed; its buffers are views. */
export function unpack(packed: Uint8Array): Encoded {
  const numbers = new DataView(packed.buffer, packed.byteOffset);
  const count = numbers.getFloat64(0, true);
  let end = 8 * (count + 1);
  const parts = Array.from({ length: count }, (_, number) => {
    const start = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = start + numbers.getFloat64(8 * (number + 1), true);
    return packed.subarray(start, end);
  });
  const [head = packed, ...buffers] = parts;
  return { head, buffers };
}
