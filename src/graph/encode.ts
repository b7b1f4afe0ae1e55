import { Encoder } from "@msgpack/msgpack";

const encoder = new Encoder({ useBigInt64: true });

/** A plain value as MessagePack. */
export function encode(value: unknown): Uint8Array {
  return encoder.encode(widen(value));
}

/** With `useBigInt64` the encoder writes a number beyond 32 bits as a float, which no reader takes for a length. */
function widen(value: unknown): unknown {
  if (typeof value === "number") {
    const isWide = Number.isSafeInteger(value) && (value > 0xffff_ffff || value < -0x8000_0000);
    return isWide ? BigInt(value) : value;
  }
  if (Array.isArray(value)) return value.map(widen);
  // Columns of numbers travel as bytes.
  if (ArrayBuffer.isView(value)) return value;
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, widen(entry)]));
  }
  return value;
}
