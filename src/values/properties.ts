import type { EncodeContext } from "./context.js";
import { isOfNode, refusalOf } from "./refusals.js";
import { nameOfSymbol } from "./symbols.js";
import { CannotTravel } from "./trail.js";
import { KIND } from "./wire.js";

/** Whether a prototype is `Object.prototype`, of this realm or another. */
export function isPlainPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

/** Writes an array: densely, or entry by entry where it has holes or names. */
export function encodeArray(array: readonly unknown[], context: EncodeContext): void {
  const keys = Object.keys(array);
  if (keys.length === array.length && (array.length === 0 || keys.at(-1) === String(array.length - 1))) {
    context.writer.array(array.length);
    context.number(array);
    encodeItems(array, context);
    return;
  }
  context.writer.composite(KIND.sparseArray, 2);
  context.writer.number(array.length);
  context.number(array);
  context.writer.map(keys.length);
  for (const key of keys) encodeProperty(array, key, context);
}

/** Writes values, one after the other. */
export function encodeItems(items: Iterable<unknown>, context: EncodeContext): void {
  let index = 0;
  for (const item of items) {
    if (isPrimitive(item)) context.value(item);
    else context.member("entry", item, index);
    index += 1;
  }
}

/** Writes keys and values in turns. */
export function encodeEntries(entries: Iterable<readonly [unknown, unknown]>, context: EncodeContext): void {
  for (const [key, value] of entries) {
    context.member("a key", key);
    if (typeof key === "string") context.member("entry", value, key);
    else context.member("an entry", value);
  }
}

/** Writes the own enumerable properties of an object as a map. */
export function encodeProperties(
  object: object,
  context: EncodeContext,
  without?: ReadonlySet<string>,
): void {
  const keys = Object.keys(object);
  const kept = without === undefined ? keys : keys.filter((key) => !without.has(key));
  const symbols = symbolKeys(object);
  context.writer.map(kept.length + symbols.length);
  for (const key of kept) encodeProperty(object, key, context);
  for (const [symbol, name] of symbols) {
    context.writer.composite(KIND.symbol, 1);
    context.writer.string(name);
    context.member("property", Reflect.get(object, symbol), String(symbol));
  }
}

function encodeProperty(object: object, key: string, context: EncodeContext): void {
  context.writer.string(key);
  const value: unknown = Reflect.get(object, key);
  if (isPrimitive(value)) context.value(value);
  else context.member("property", value, key);
}

function symbolKeys(object: object): (readonly [symbol, string])[] {
  const symbols = Object.getOwnPropertySymbols(object);
  // Nearly always: then nothing is allocated.
  if (symbols.length === 0) return NO_SYMBOLS;
  return symbols
    .filter((symbol) => Object.prototype.propertyIsEnumerable.call(object, symbol))
    .map((symbol) => [symbol, checkKey(symbol, object)] as const);
}

const NO_SYMBOLS: (readonly [symbol, string])[] = [];

function checkKey(symbol: symbol, object: object): string {
  const name = nameOfSymbol(symbol);
  if (name !== undefined) return name;
  if (isOfNode(object)) throw new CannotTravel(refusalOf(object));
  throw new CannotTravel({
    what: `a property of the symbol ${String(symbol)}`,
    why: "a symbol is equal to itself only, so nobody would find the property on the other side",
    advice: "send the data that is needed from the object instead of the object",
  });
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function");
}
