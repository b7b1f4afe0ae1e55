import { types } from "node:util";
import { intrinsicPath, isNative } from "../functions/intrinsics.js";
import { moduleOf } from "../functions/modules.js";
import { arrowKind } from "./arrow.js";
import type { EncodeContext } from "./context.js";
import { encodeView } from "./encode-binary.js";
import { encodeError } from "./encode-error.js";
import { encodeIntrinsic, encodeModule } from "./encode-function.js";
import { encodeInstance } from "./encode-instance.js";
import { knownClass, knownName } from "./known.js";
import { encodeArray, encodeEntries, encodeItems, encodeProperties, isPlainPrototype } from "./properties.js";
import { refusalOf } from "./refusals.js";
import { CannotTravel } from "./trail.js";
import { KIND } from "./wire.js";

/** Writes an object that has no number yet. */
export function encodeObject(object: object, context: EncodeContext): void {
  if (types.isProxy(object)) throw new CannotTravel(refusalOf(object));
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === Array.prototype && Array.isArray(object)) return encodeArray(object, context);
  if (prototype === Object.prototype && !(Symbol.toStringTag in object)) {
    const module = moduleOf(object);
    if (module !== undefined) return encodeModule(module, context);
    context.number(object);
    return encodeProperties(object, context);
  }
  const isWritten = SPECIAL.some((write) => write(object, prototype, context));
  if (!isWritten) encodeInstance(object, prototype, context);
}

/** Writes an object if it is of its kind, and says whether it was. */
type WriteSpecial = (object: object, prototype: object | null, context: EncodeContext) => boolean;

const SPECIAL: readonly WriteSpecial[] = [
  writeReference,
  writeKnown,
  writeBinary,
  writeError,
  writeCollection,
  writeDate,
  writeRegExp,
  writeBoxed,
  writeForeignArray,
  writePlainOfAnotherKind,
];

/** What the other side has already: `Math`, a module. */
function writeReference(object: object, _prototype: object | null, context: EncodeContext): boolean {
  const path = intrinsicPath(object);
  const module = path === undefined ? moduleOf(object) : undefined;
  if (path !== undefined) encodeIntrinsic(path, context);
  if (module !== undefined) encodeModule(module, context);
  return path !== undefined || module !== undefined;
}

function writeKnown(object: object, prototype: object | null, context: EncodeContext): boolean {
  const name = knownName(prototype?.constructor) ?? arrowKind(object);
  const parts = name === undefined ? undefined : knownClass(name)?.parts;
  if (name === undefined || parts === undefined) return false;
  context.writer.composite(KIND.known, 2);
  context.writer.string(name);
  context.value(parts(object as never));
  context.number(object);
  return true;
}

function writeBinary(object: object, _prototype: object | null, context: EncodeContext): boolean {
  if (!ArrayBuffer.isView(object) && !types.isAnyArrayBuffer(object)) return false;
  encodeView(object, context);
  return true;
}

function writeError(object: object, _prototype: object | null, context: EncodeContext): boolean {
  if (!types.isNativeError(object) && !(object instanceof Error)) return false;
  encodeError(object as Error, context);
  return true;
}

function writeCollection(object: object, prototype: object | null, context: EncodeContext): boolean {
  const isExact = (base: string): boolean => prototype?.constructor.name === base && isBuiltIn(prototype);
  if (types.isMap(object) && isExact("Map")) {
    context.writer.composite(KIND.map, object.size * 2);
    context.number(object);
    encodeEntries(object, context);
    return true;
  }
  if (types.isSet(object) && isExact("Set")) {
    context.writer.composite(KIND.set, object.size);
    context.number(object);
    encodeItems(object, context);
    return true;
  }
  return false;
}

/** Whether a prototype is one of the language, in this realm or another. */
function isBuiltIn(prototype: object): boolean {
  return isNative(prototype.constructor);
}

function writeDate(object: object, prototype: object | null, context: EncodeContext): boolean {
  if (!types.isDate(object) || prototype === null || !isBuiltIn(prototype)) return false;
  context.writer.composite(KIND.date, 1);
  context.writer.number(object.getTime());
  context.number(object);
  return true;
}

function writeRegExp(object: object, prototype: object | null, context: EncodeContext): boolean {
  if (!types.isRegExp(object) || prototype === null || !isBuiltIn(prototype)) return false;
  context.writer.composite(KIND.regexp, 3);
  for (const part of [object.source, object.flags, object.lastIndex]) context.value(part);
  context.number(object);
  return true;
}

/** `new Number(1)` and its like. */
function writeBoxed(object: object, _prototype: object | null, context: EncodeContext): boolean {
  if (!types.isBoxedPrimitive(object)) return false;
  context.writer.composite(KIND.boxed, 1);
  // A symbol has no other value than itself, the rest unwrap themselves.
  context.value(types.isSymbolObject(object) ? Symbol.prototype.valueOf.call(object) : object.valueOf());
  context.number(object);
  return true;
}

/** An array of another realm is an array like any other. */
function writeForeignArray(object: object, prototype: object | null, context: EncodeContext): boolean {
  if (!Array.isArray(object) || prototype === null || !isBuiltIn(prototype)) return false;
  encodeArray(object, context);
  return true;
}

/** Without a prototype, or with the `Object.prototype` of another realm. */
function writePlainOfAnotherKind(object: object, prototype: object | null, context: EncodeContext): boolean {
  if (prototype !== null && !isPlainPrototype(prototype)) return false;
  if (prototype === null) context.writer.composite(KIND.nullObject, 1);
  context.number(object);
  encodeProperties(object, context);
  return true;
}
