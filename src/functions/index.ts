import { createHash } from "node:crypto";
import { kindOf } from "../values/describe-value.js";
import { decode, type DecodeOptions, type Encoded, prepare } from "../values/index.js";
import { Encoder } from "../values/encoder.js";

export { task, type TaskOptions } from "./task.js";

/** A function in portable form, with everything that it needs. */
export interface PortableFunction extends Encoded {
  /** Equal for functions of the same source, captures and module versions, in every process and on every machine. */
  readonly hash: string;
  /** For people; may be empty. */
  readonly name: string;
}

/**
 * Makes a function portable: its source, the values of the variables that it uses as they are now, and what it
 * imports by name.
 *
 * @throws {BrambleError} `CANNOT_TRAVEL`, with the chain of captures that leads to what cannot travel.
 */
export function capture(fn: CallableFunction): PortableFunction {
  const { head, buffers, content } = new Encoder().encode(fn, kindOf(fn));
  const hash = createHash("sha1");
  for (const bytes of content) hash.update(bytes);
  return { hash: hash.digest("hex").slice(0, 32), name: fn.name, head, buffers };
}

/** Makes the function again, in any thread or process. */
export async function revive(
  portable: PortableFunction,
  options: DecodeOptions = {},
): Promise<CallableFunction> {
  await prepare(portable);
  return decode(portable, options) as CallableFunction;
}
