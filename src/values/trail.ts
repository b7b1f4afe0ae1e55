import { BrambleError } from "../errors.js";

/** How a value hangs together with the one before. */
export interface Link {
  readonly role: string;
  readonly value: unknown;
  readonly key: string | number | undefined;
}

/** Which link of a trail is the first that means something to people; none: what is encoded does. */
export type FirstLink = (trail: readonly Link[]) => number | undefined;

/** A value on the way from what was to travel to what cannot. */
export interface Step {
  /** How it hangs together with the one before: "captures `db`", "property `socket`". */
  readonly relation: string;
  /** What it is: "the function `work` (main.js:10)", "an object". */
  readonly what: string;
}

/** Why a value cannot travel, and what somebody may do about it. */
export interface Refusal {
  /** What it is: "a Promise". */
  readonly what: string;
  /** Why it stays: "it belongs to this process". */
  readonly why: string;
  /** What to do instead, as an imperative: "await it first". */
  readonly advice: string;
}

/** Thrown where something is met that cannot travel; whoever called adds where it was. */
export class CannotTravel extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.what);
    this.refusal = refusal;
  }
}

/** An error about a value that cannot travel, with the chain of values that leads to it. */
export function travelError(steps: readonly Step[], refusal: Refusal, cause?: unknown): BrambleError {
  const [root, ...rest] = steps;
  const last = rest.at(-1);
  const what = root === undefined ? refusal.what : root.what;
  const chain = rest.map(({ relation, what }, depth) => `${"  ".repeat(depth + 1)}${relation}: ${what}`);
  const isNamed = last !== undefined && last.what === refusal.what;
  const lines = [
    `Cannot send ${what} to where it would run:`,
    ...chain,
    `${"  ".repeat(rest.length + 1)}${isNamed ? "" : `${refusal.what}: `}${refusal.why}`,
    `To do: ${refusal.advice}.`,
  ];
  return new BrambleError("CANNOT_TRAVEL", lines.join("\n"), cause === undefined ? {} : { cause });
}
