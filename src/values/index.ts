import { kindOf } from "./describe-value.js";
import { type DecodeOptions, Decoder } from "./decoder.js";
import { Encoder } from "./encoder.js";
import { decodePrimitive, encodePrimitive } from "./primitive.js";
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
 * @param what - what the value is to the caller, for errors: "the result of `clean`"; as a function, where it is not
 *   worth making that in vain.
 * @param firstLink - where errors begin to tell, if not with the value.
 * @throws {BrambleError} `CANNOT_TRAVEL`, with the chain of values that leads to what cannot travel.
 */
export function encode(value: unknown, what?: string | (() => string), firstLink?: FirstLink): Encoded {
  const primitive = encodePrimitive(value);
  if (primitive !== undefined) return primitive;
  const { head, buffers } = new Encoder().encode(
    value,
    typeof what === "function" ? what() : (what ?? kindOf(value)),
    firstLink,
  );
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
  const primitive = decodePrimitive(encoded);
  return primitive === undefined
    ? new Decoder(encoded, readTables(encoded), options).value()
    : primitive.value;
}

/** The value, or a promise of it where modules must be loaded first. */
export function decodeLoading(encoded: Encoded): unknown {
  const primitive = decodePrimitive(encoded);
  if (primitive !== undefined) return primitive.value;
  const tables = readTables(encoded);
  const loading = loadModules(tables);
  const make = (): unknown => new Decoder(encoded, tables).value();
  return loading === undefined ? make() : loading.then(make);
}
