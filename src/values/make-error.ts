import { intrinsicPath } from "../functions/intrinsics.js";

/** What an error says. */
export interface ErrorParts {
  readonly name: string | null;
  readonly message: string | null;
  readonly stack: string | null;
}

type ErrorClass = new (...args: never[]) => Error;

/** Makes an error of a class whose constructor is not called, as its arguments are not known. */
export function makeError(
  constructor: ErrorClass | (new (...args: never[]) => object),
  parts: ErrorParts,
): Error {
  const error = newError(constructor as ErrorClass, parts);
  if (parts.stack !== null) define(error, "stack", parts.stack);
  if (parts.name !== null && error.name !== parts.name) define(error, "name", parts.name);
  return error;
}

function newError(constructor: ErrorClass, { name, message }: ErrorParts): Error {
  if (typeof DOMException === "function" && (constructor as unknown) === DOMException) {
    return new DOMException(message ?? "", name ?? "Error");
  }
  const base = builtInBase(constructor);
  const args = message === null ? [] : [message];
  return Reflect.construct(base, base.name === "AggregateError" ? [[], ...args] : args, constructor) as Error;
}

/** The class of the language that a class of errors extends. */
function builtInBase(constructor: ErrorClass): ErrorClass {
  let at: unknown = constructor;
  while (typeof at === "function") {
    if (intrinsicPath(at) !== undefined && at !== Function.prototype) return at as ErrorClass;
    at = Object.getPrototypeOf(at);
  }
  return Error;
}

function define(error: Error, key: string, value: string): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
}
