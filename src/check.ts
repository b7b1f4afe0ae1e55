import { inspect } from "node:util";
import { BrambleError } from "./errors.js";

/** An error about an argument: "Expected a positive integer for `chunks` but received -3". */
export function invalid(expected: string, name: string, received: unknown): BrambleError {
  return new BrambleError(
    "INVALID_ARGUMENT",
    `Expected ${expected} for \`${name}\` but received ${describe(received)}`,
  );
}

/** A value in a few words, for messages. */
export function describe(value: unknown): string {
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 8 });
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

/** Checks for an integer from `min` to `max`, both included. */
export function checkInteger(
  value: unknown,
  name: string,
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) {
    return value as number;
  }
  throw invalid(rangeText(min, max), name, value);
}

function rangeText(min: number, max: number): string {
  const above = min === Number.MIN_SAFE_INTEGER ? undefined : min;
  const below = max === Number.MAX_SAFE_INTEGER ? undefined : max;
  if (above === undefined) return below === undefined ? "an integer" : `an integer up to ${below}`;
  return below === undefined ? `an integer from ${above}` : `an integer from ${above} to ${below}`;
}

/** Checks for one of a few strings. */
export function checkOneOf<T extends string>(value: unknown, name: string, allowed: readonly T[]): T {
  if ((allowed as readonly unknown[]).includes(value)) return value as T;
  throw invalid(`one of ${allowed.map((word) => JSON.stringify(word)).join(", ")}`, name, value);
}

/** Checks for the path of files. None has a NUL in it, of which Node says so without the name of the argument. */
export function checkFilePath(value: unknown, name: string, expected = "a path"): asserts value is string {
  if (typeof value !== "string" || value === "") throw invalid(expected, name, value);
  if (value.includes("\0")) throw invalid(`${expected}, without a NUL,`, name, value);
}

/** Checks for true or false. */
export function checkBoolean(value: unknown, name: string): boolean {
  if (typeof value === "boolean") return value;
  throw invalid("true or false", name, value);
}

/** Checks for an options object without unknown fields; a misspelt option must not pass in silence. */
export function checkOptions(value: unknown, name: string, allowed: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("an options object", name, value);
  }
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) {
      const known = allowed.map((word) => `\`${word}\``).join(", ");
      throw new BrambleError("INVALID_ARGUMENT", `\`${name}\` has no option \`${key}\`: it takes ${known}`);
    }
  }
}
