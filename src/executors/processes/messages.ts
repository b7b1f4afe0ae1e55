import type { NativeBinding } from "../../native/binding.js";

/** Bytes that go through memory that both processes see are worth two system calls. */
const LEAST_SHARED = 2 ** 16;

/** Bytes on their way: in the message, or in memory that the sender shares. */
export type Sent = Uint8Array | { readonly descriptor: number; readonly length: number };

/** Calls, or how they ended, on their way between processes. */
export interface SentNumbers {
  readonly head: Float64Array;
  readonly payload: Uint8Array;
  readonly buffers: readonly Sent[];
}

/** What calls refer to, on its way. */
export interface SentProgram {
  readonly parts: readonly Sent[];
  readonly layers: readonly string[];
}

/** What a worker process is told. */
export type ToChild =
  | {
      readonly kind: "batch";
      readonly run: number;
      readonly traced: boolean;
      readonly batch: SentNumbers;
      readonly program?: SentProgram;
    }
  /** Calls were stopped. */
  | { readonly kind: "stop"; readonly tickets: readonly number[] }
  /** What it shared has been read. */
  | { readonly kind: "free"; readonly descriptors: readonly number[] };

/** What a worker process tells. */
export type FromChild =
  | { readonly kind: "ready" }
  | {
      readonly kind: "results";
      readonly results: SentNumbers;
      readonly limit: number;
      /** How many calls it has made so far. */
      readonly made: number;
      /** Runs whose programs it has no more. */
      readonly forgotten: readonly number[];
    };

/** Prepares buffers to be sent. */
export function send(binding: NativeBinding, buffers: readonly Uint8Array[]): Sent[] {
  return buffers.map((bytes) => {
    if (bytes.byteLength < LEAST_SHARED) return bytes;
    return { descriptor: binding.shareBytes(bytes), length: bytes.byteLength };
  });
}

/** The buffers that were sent by a process. */
export function receive(binding: NativeBinding, sender: number, sent: readonly Sent[]): Uint8Array[] {
  return sent.map((entry) => {
    if (!(entry instanceof Uint8Array)) return binding.readShared(sender, entry.descriptor, entry.length);
    // In a message bytes lie where they come to lie, and typed arrays want a border.
    return entry.byteOffset % 8 === 0 ? entry : entry.slice();
  });
}

/** What a sender shares of its buffers. */
export function sharedOf(sent: readonly Sent[]): number[] {
  return sent.flatMap((entry) => (entry instanceof Uint8Array ? [] : [entry.descriptor]));
}
