import { CannotTravel } from "./trail.js";
import { KIND } from "./wire.js";
import type { Writer } from "./writer.js";

/** Symbols of the language, such as `Symbol.iterator`. */
const WELL_KNOWN = new Map<symbol, string>(
  Object.getOwnPropertyNames(Symbol).flatMap((name) => {
    const value: unknown = Symbol[name as keyof SymbolConstructor];
    return typeof value === "symbol" ? [[value, name] as const] : [];
  }),
);

/** How a symbol is named to another process: the registry's key, or the language's name behind an `@`. */
export function nameOfSymbol(symbol: symbol): string | undefined {
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return `#${key}`;
  const name = WELL_KNOWN.get(symbol);
  return name === undefined ? undefined : `@${name}`;
}

/** The symbol of a name. */
export function symbolNamed(name: string): symbol {
  if (name.startsWith("#")) return Symbol.for(name.slice(1));
  const found: unknown = Symbol[name.slice(1) as keyof SymbolConstructor];
  // One that this version of Node lacks is nobody's key here.
  return typeof found === "symbol" ? found : Symbol(name.slice(1));
}

/** Writes a symbol that has a name everywhere. */
export function encodeSymbol(symbol: symbol, writer: Writer): void {
  const name = nameOfSymbol(symbol);
  if (name === undefined) {
    throw new CannotTravel({
      what: `the symbol ${String(symbol)}`,
      why: "a symbol is equal to itself only, so its copy would be another one",
      advice: 'use Symbol.for("name"), which is the same everywhere, or a string',
    });
  }
  writer.composite(KIND.symbol, 1);
  writer.string(name);
}
