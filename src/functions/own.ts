import type { OwnParts } from "./parts.js";

/** Properties of a function that its source does not make: static fields, and what somebody added. */
export function ownParts(fn: CallableFunction, isClass: boolean): OwnParts | undefined {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, "prototype")?.value;
  const methods = typeof prototype === "object" && prototype !== null ? prototype : {};
  const parent = isClass ? undefined : parentOf(methods);
  const isBare = Object.keys(fn).length === 0 && Object.keys(methods).length === 0 && parent === undefined;
  return isBare ? undefined : { properties: { ...fn }, methods: { ...methods }, parent };
}

/** What an old-style class was told to inherit from; generators have prototypes of their own. */
function parentOf(prototype: object): object | undefined {
  const parent = Object.getPrototypeOf(prototype) as object | null;
  if (parent === null || parent === Object.prototype || !Object.hasOwn(prototype, "constructor"))
    return undefined;
  return parent;
}
