import type { Argument } from "../engine/engine.js";

/** A primitive, which stands among the values as it is. */
const PRIMITIVE = -1;
/** Any other argument, which stands among the values as it was written. */
const OTHER = -2;

/** The arguments of calls as they travel: there may be thousands, and columns cost a fraction of what objects do. */
export interface ArgumentColumns {
  /** For each call how many arguments it has, then of each the slot that it is, or where it stands. */
  readonly places: Int32Array;
  /** What is in no slot, in the order of the calls. */
  readonly values: Float64Array | readonly unknown[];
}

/** How the arguments of calls travel. */
export function toColumns(calls: readonly (readonly Argument[])[]): ArgumentColumns {
  const places: number[] = [];
  const values: unknown[] = [];
  let areNumbers = true;
  for (const call of calls) {
    places.push(call.length);
    for (const argument of call) {
      if ("slot" in argument) {
        places.push(argument.slot);
        continue;
      }
      const isPlain = "value" in argument && isPrimitive(argument.value);
      places.push(isPlain ? PRIMITIVE : OTHER);
      const value = isPlain ? argument.value : argument;
      values.push(value);
      areNumbers &&= typeof value === "number";
    }
  }
  return {
    places: new Int32Array(places),
    values: areNumbers ? Float64Array.from(values as number[]) : values,
  };
}

/** The arguments that travelled. */
export function fromColumns({ places, values }: ArgumentColumns): Argument[][] {
  const calls: Argument[][] = [];
  let value = 0;
  for (let at = 0; at < places.length; ) {
    const call: Argument[] = [];
    for (const end = at + 1 + (places[at] ?? 0); ++at < end; ) {
      const place = places[at] ?? 0;
      if (place >= 0) call.push({ slot: place });
      else if (place === PRIMITIVE) call.push({ value: values[value++] });
      else call.push(values[value++] as Argument);
    }
    calls.push(call);
  }
  return calls;
}

/** Whether a value needs nothing looked at to travel. */
function isPrimitive(value: unknown): boolean {
  return value === null || !["object", "function", "symbol"].includes(typeof value);
}
