import { kindOf } from "./describe-value.js";
import { type DecodeOptions, Decoder } from "./decoder.js";
import { Encoder } from "./encoder.js";
import { loadModules, readTables } from "./tables.js";
import type { FirstLink } from "./trail.js";
import type { Encoded } from "./wire.js";

export type { DecodeOptions } from "./decoder.js";
export type { Encoded } from "./wire.js";

/**
 * Writes a value so that another thread, process or machine can have it.
 *
 * What structured cloning takes travels, and more: functions, instances of classes, `NDArray`, `Buffer`, `URL`,
 * symbols of the registry, errors with all that belongs to them. Cycles and shared objects stay what they are.
 * Bytes of typed arrays are not copied: they must not change before the buffers were sent.
 *
 * @param what - what the value is to the caller, for errors: "the result of `clean`".
 * @param firstLink - where errors begin to tell, if not with the value.
 * @throws {BrambleError} `CANNOT_TRAVEL`, with the chain of values that leads to what cannot travel.
 */
export function encode(value: unknown, what: string = kindOf(value), firstLink?: FirstLink): Encoded {
  const { head, buffers } = new Encoder().encode(value, what, firstLink);
  return { head, buffers };
}

/**
 * Loads the modules that functions in a value import. Needed before `decode` if it gives a promise.
 *
 * @returns undefined if there is nothing to load.
 * @throws {BrambleError} `MODULE_NOT_FOUND`
 */
export function prepare(encoded: Encoded): Promise<void> | undefined {
  return loadModules(readTables(encoded));
}

/** Makes the value from what arrived. Typed arrays are views of the buffers. */
export function decode(encoded: Encoded, options: DecodeOptions = {}): unknown {
  return new Decoder(encoded, readTables(encoded), options).value();
}
