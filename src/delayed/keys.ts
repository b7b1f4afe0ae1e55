import { randomBytes } from "node:crypto";

/** Keys of this process differ from those of others. */
const PROCESS = randomBytes(4).toString("hex");
let count = 0;

/** A key that no other task has: `inc-5f1c03a2-1`. */
export function uniqueKey(name: string): string {
  return keyOfNumber(name, nextNumber());
}

/** A number that no other key has. */
export function nextNumber(): number {
  count += 1;
  return count;
}

/** The key of a number. */
export function keyOfNumber(name: string, number: number): string {
  return `${name}-${PROCESS}-${number.toString(36)}`;
}

/** The name that a key of ours begins with. */
export function nameInKey(key: string): string {
  return key.replace(/-[\da-f]{8}-[\da-z]+$/, "");
}

/** What a function is called in keys. */
export function nameOfFunction(fn: CallableFunction): string {
  return fn.name === "" ? "function" : fn.name;
}
