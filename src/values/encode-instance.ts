import { types } from "node:util";
import { hasPrivateState } from "../functions/private-state.js";
import type { EncodeContext } from "./context.js";
import { kindOf } from "./describe-value.js";
import { encodeItems, encodeProperties } from "./properties.js";
import { hasHiddenState, refusalOf } from "./refusals.js";
import { CannotTravel } from "./trail.js";
import { KIND } from "./wire.js";

/** Built-in classes whose instances hold entries, when something extends them. */
export const BASE = { object: 0, map: 1, set: 2, array: 3, date: 4 } as const;

/** Writes an instance of a class: the class, and the own properties. */
export function encodeInstance(object: object, prototype: object | null, context: EncodeContext): void {
  if (hasHiddenState(object) || prototype === null) throw new CannotTravel(refusalOf(object));
  const constructor = classOfPrototype(prototype);
  if (constructor === undefined) return encodeDerived(object, prototype, context);
  if (hasPrivateState(constructor)) {
    throw new CannotTravel({
      what: kindOf(object),
      why: "its class has #private members, which nobody can read from outside",
      advice: "send what it is made from and make it inside the function, or use properties with other names",
    });
  }
  context.writer.composite(KIND.instance, 2);
  context.member("its class", constructor);
  // The class may hold this very instance, which was written then.
  if (context.reference(object)) return;
  context.number(object);
  const [base, contents] = contentsOf(object);
  context.writer.array(3);
  context.writer.number(base);
  context.writer.array(contents.length);
  encodeItems(contents, context);
  encodeProperties(object, context, base === BASE.array ? indexKeys(contents.length) : undefined);
}

/** The class whose instances have a prototype. */
export function classOfPrototype(prototype: object): CallableFunction | undefined {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof constructor === "function" && constructor.prototype === prototype ? constructor : undefined;
}

/** An object that was made with `Object.create` of another. */
function encodeDerived(object: object, prototype: object, context: EncodeContext): void {
  context.writer.composite(KIND.objectOf, 2);
  context.member("its prototype", prototype);
  if (context.reference(object)) return;
  context.number(object);
  encodeProperties(object, context);
}

function contentsOf(object: object): readonly [base: number, contents: unknown[]] {
  if (types.isMap(object)) return [BASE.map, [...object].flat(1)];
  if (types.isSet(object)) return [BASE.set, [...object]];
  if (types.isDate(object)) return [BASE.date, [object.getTime()]];
  if (Array.isArray(object)) return [BASE.array, Array.from(object)];
  return [BASE.object, []];
}

function indexKeys(length: number): ReadonlySet<string> {
  return new Set(Array.from({ length }, (_, index) => String(index)));
}
