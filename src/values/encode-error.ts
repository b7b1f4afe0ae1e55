import { intrinsicPath } from "../functions/intrinsics.js";
import type { EncodeContext } from "./context.js";
import { describe } from "../check.js";
import { classOfPrototype } from "./encode-instance.js";
import { KIND } from "./wire.js";

/** Properties that every error has and that are written by themselves. */
const OWN = new Set(["message", "stack"]);

/**
 * Writes an error. It always travels: an error that hides another would be worse than one of a plainer class,
 * so a class that cannot travel is replaced by the nearest built-in one, and a property by its description.
 */
export function encodeError(error: Error, context: EncodeContext): void {
  const { writer } = context;
  writer.composite(KIND.error, 2);
  if (!encodeClass(error, context)) context.value(baseClass(error));
  if (context.reference(error)) return;
  context.number(error);
  writer.array(4);
  for (const text of [error.name, error.message, error.stack]) {
    if (typeof text === "string") writer.string(text);
    else writer.nil();
  }
  encodeDetails(error, context);
}

/** The class itself, if it can travel. */
function encodeClass(error: Error, context: EncodeContext): boolean {
  const constructor = classOfPrototype(Object.getPrototypeOf(error) as object);
  return constructor !== undefined && context.attempt(() => context.value(constructor));
}

function baseClass(error: Error): unknown {
  let prototype = Object.getPrototypeOf(error) as object | null;
  while (prototype !== null) {
    const { constructor } = prototype;
    if (Object.hasOwn(prototype, "constructor") && intrinsicPath(constructor) !== undefined)
      return constructor;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return Error;
}

function encodeDetails(error: Error, context: EncodeContext): void {
  const keys = Object.keys(error).filter((key) => !OWN.has(key));
  // These are there but not enumerable.
  for (const key of ["cause", "errors"]) {
    if (Object.hasOwn(error, key) && !keys.includes(key)) keys.push(key);
  }
  context.writer.map(keys.length);
  for (const key of keys) {
    context.writer.string(key);
    const value: unknown = Reflect.get(error, key);
    if (!context.attempt(() => context.member("property", value, key))) context.value(describe(value));
  }
}
