import { types } from "node:util";
import { describe } from "../check.js";

/** What a value is in a few words, without looking into it: "an object", "a Promise", "the function `f`". */
export function kindOf(value: unknown): string {
  if (typeof value === "function") return value.name === "" ? "a function" : `the function \`${value.name}\``;
  if (typeof value !== "object" || value === null) return describe(value);
  if (types.isProxy(value)) return "a Proxy";
  if (Array.isArray(value)) return "an array";
  const name = nameOfClass(value);
  if (name === undefined || name === "Object") return "an object";
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

/** The name of the class of an object. */
export function nameOfClass(value: object): string | undefined {
  const { constructor } = value;
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : undefined;
}
