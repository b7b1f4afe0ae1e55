import { Decoder } from "@msgpack/msgpack";
import type { Layer } from "../generated/layers.js";

const decoder = new Decoder({ useBigInt64: true });

/** Layers and wanted ones as the core wrote them; columns of tasks are left as bytes. */
export function decodeGraph(bytes: Uint8Array): {
  readonly layers: readonly Layer[];
  readonly outputs: readonly number[];
} {
  const { layers, outputs } = decoder.decode(bytes) as { layers: readonly Layer[]; outputs: number[] };
  return { layers: layers.map((layer) => narrow(layer, readerOf(layer)) as Layer), outputs };
}

type ReadBytes = (bytes: Uint8Array) => ArrayBufferView;

/** What bytes in a layer are. */
function readerOf({ kind }: Layer): ReadBytes {
  // Positions travel as floats.
  const isListed = "take" in kind || "assign" in kind;
  return isListed ? (bytes) => new Float64Array(bytes.slice().buffer) : (bytes) => bytes;
}

/** Numbers where they are exact, and what the core writes in other words than TypeScript does. */
function narrow(value: unknown, read: ReadBytes): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map((entry) => narrow(entry, read));
  if (value instanceof Uint8Array) return read(value);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, narrow(entry, read)] as const);
  const written = Object.fromEntries(entries);
  return "unknown" in written ? runOf(written) : written;
}

/** A `Run`: where its length is unknown the core counts chunks. */
function runOf({ unknown, ...run }: Record<string, unknown>): object {
  return unknown === null ? run : { ...run, length: Number.NaN, unknown };
}
