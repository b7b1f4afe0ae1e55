import { analyse } from "./source.js";

const known = new WeakMap<CallableFunction, boolean>();

/** Whether instances of a class have #private members, its own or those of a class that it extends. */
export function hasPrivateState(constructor: CallableFunction): boolean {
  const found = known.get(constructor);
  if (found !== undefined) return found;
  const parent: unknown = Object.getPrototypeOf(constructor);
  const isOwn = analyse(Function.prototype.toString.call(constructor))?.hasPrivateState === true;
  const result = isOwn || (typeof parent === "function" && hasPrivateState(parent));
  known.set(constructor, result);
  return result;
}
