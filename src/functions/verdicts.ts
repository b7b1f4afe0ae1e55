import { kindOf } from "../values/describe-value.js";
import { CannotTravel } from "../values/trail.js";
import type { SourceAnalysis } from "./source.js";
import type { Outer } from "./walk.js";

const ADVICE: Readonly<Record<Outer, string>> = {
  this: "take what is needed of `this` into a constant before the function, or pass it as an argument",
  super: "call the method of the parent class in a function of its own, and pass the object as an argument",
  arguments: "give the outer function a rest parameter (...args) and use that",
  "new.target": "take it into a constant before the function",
};

/** Refuses what a function takes from the function around it, since no scope holds it. */
export function checkOuter(fn: CallableFunction, { walk }: SourceAnalysis): void {
  const [outer] = walk.outer;
  if (outer !== undefined) {
    throw new CannotTravel({
      what: kindOf(fn),
      why: `it uses \`${outer}\` of the function around it, which stays here`,
      advice: ADVICE[outer],
    });
  }
  if (walk.hasEval) {
    throw new CannotTravel({
      what: kindOf(fn),
      why: "it calls eval, which may use any variable around it",
      advice: "use new Function, which sees global variables only",
    });
  }
}

const warned = new Set<string>();

/** Says once that a function writes to a variable that it will have a copy of. */
export function warnOfWritten(fn: CallableFunction, names: readonly string[], place: string | null): void {
  if (names.length === 0) return;
  const key = `${place} ${names.join()}`;
  if (warned.has(key)) return;
  warned.add(key);
  const list = names.map((name) => `\`${name}\``).join(" and ");
  const where = place === null ? "" : ` (${place})`;
  process.emitWarning(
    `${kindOf(fn)}${where} writes to ${list}, outside of it. Where it runs it has a copy, as it was when the ` +
      "function was sent: nobody here will see what is written. Return the value instead.",
    { type: "BrambleWarning", code: "BRAMBLE_CAPTURE_WRITTEN" },
  );
}
