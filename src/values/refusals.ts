import { types } from "node:util";
import { isNative } from "../functions/intrinsics.js";
import { nodeModuleOf } from "../functions/modules.js";
import { kindOf } from "./describe-value.js";
import type { Refusal } from "./trail.js";

const WHY_OTHERS = "it holds something of this process that no copy would have";
const ADVICE_OTHERS =
  "make it inside the function, or send the data that it is made from; a module that makes it can be imported by the function";

/** Why an object cannot travel that is of no kind that can. */
export function refusalOf(object: object): Refusal {
  const what = kindOf(object);
  if (types.isProxy(object))
    return { what, why: "nobody can look into it", advice: "send the object that it stands for" };
  if (types.isPromise(object)) return { what, why: "its value is still to come", advice: "await it first" };
  if (types.isWeakMap(object) || types.isWeakSet(object) || object instanceof WeakRef) {
    return { what, why: "what it holds cannot be listed", advice: "use a Map or a Set" };
  }
  if (types.isGeneratorObject(object) || isIterator(object)) {
    return {
      what: `${what}, which is an iterator`,
      why: "nobody can copy how far it has come",
      advice: "collect it into an array first",
    };
  }
  if (types.isModuleNamespaceObject(object)) {
    return {
      what: "a module",
      why: "it does not say where it was imported from",
      advice: "import it with an import statement at the top of the file, or inside the function",
    };
  }
  return { what, why: WHY_OTHERS, advice: ADVICE_OTHERS };
}

/** Whether an object has state that its properties don't show. */
export function hasHiddenState(object: object): boolean {
  return (
    isIterator(object) ||
    types.isGeneratorObject(object) ||
    types.isModuleNamespaceObject(object) ||
    types.isExternal(object) ||
    builtInClasses(object).some((name) => !OPEN_CLASSES.has(name))
  );
}

/** Classes of the language of which everything can be read. */
const OPEN_CLASSES = new Set(["Object", "Map", "Set", "Array", "Date"]);

/** The built-in classes that an object is an instance of. */
function builtInClasses(object: object): string[] {
  const names: string[] = [];
  let prototype = Object.getPrototypeOf(object) as object | null;
  while (prototype !== null) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
    if (typeof constructor === "function" && isNative(constructor)) names.push(constructor.name);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return names;
}

/** Whether an object is an instance of a class of Node, such as a server or a stream. */
export function isOfNode(object: object): boolean {
  let prototype = Object.getPrototypeOf(object) as object | null;
  while (prototype !== null) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
    if (typeof constructor === "function" && nodeModuleOf(constructor) !== undefined) return true;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return false;
}

function isIterator(object: object): boolean {
  return Object.prototype.toString.call(object).endsWith("Iterator]");
}
