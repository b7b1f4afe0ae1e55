import { describe } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { encode } from "../../values/index.js";
import { append } from "./steps.js";
import type { Batch, Sink } from "./stage.js";

type Fn = (...args: unknown[]) => unknown;

/** A part of a result, or nothing where there were no items to make it of. */
export type Part = { readonly value: unknown } | undefined;

/** The items themselves. */
export function collect(): Sink {
  let list: Batch | undefined;
  return {
    push: (batch) => {
      // Items that come in one batch are not copied.
      list = list === undefined ? batch : append(list === batch ? [...list] : list, batch);
    },
    result: () => list ?? [],
  };
}

/** What a function makes of the list of all items. */
export function perPartition(fn: Fn): Sink {
  const all: Batch = [];
  return {
    push: (batch) => void append(all, batch),
    result: () => fn(all),
  };
}

/** What a function of two makes of one item after the other. */
export function fold(binop: Fn, initial: Part): Sink {
  let state: Part = freshPart(initial);
  let isPromised = false;
  return {
    push: (batch) => {
      for (const [index, item] of batch.entries()) {
        if (state === undefined) state = { value: item };
        else {
          const next = binop(state.value, item);
          isPromised ||= next instanceof Promise;
          if (isPromised) return foldRest(next, batch.slice(index + 1));
          state = { value: next };
        }
      }
      return undefined;
    },
    result: () => state,
  };

  async function foldRest(first: unknown, rest: Batch): Promise<void> {
    let value = await first;
    for (const item of rest) value = await binop(value, item);
    state = { value };
    isPromised = false;
  }
}

/** A value to begin with, which functions may write to. */
function freshPart(initial: Part): Part {
  return initial === undefined ? undefined : { value: fresh(initial.value) };
}

/** A copy of a value that functions may write to. */
export function fresh(value: unknown): unknown {
  return typeof value === "object" && value !== null ? structuredClone(value) : value;
}

/** Parts of folds as one. */
export async function foldParts(combine: Fn, parts: readonly Part[]): Promise<Part> {
  let whole: Part;
  for (const part of parts) {
    if (part === undefined) continue;
    whole = whole === undefined ? part : { value: await combine(whole.value, part.value) };
  }
  return whole;
}

/** What a fold comes to. */
export function finishFold(whole: Part): unknown {
  if (whole !== undefined) return whole.value;
  throw new BrambleError("EMPTY_REDUCTION", "`fold` of a bag without items needs an option `initial`");
}

/** How many items. */
export function count(): Sink {
  let items = 0;
  return {
    push: (batch) => {
      items += batch.length;
    },
    result: () => items,
  };
}

/** How many bytes the items are as they travel. */
export function encodedSize(): Sink {
  let bytes = 0;
  return {
    push: (batch) => {
      const { head, buffers } = encode(batch, "the items");
      bytes += buffers.reduce((total, { byteLength }) => total + byteLength, head.byteLength);
    },
    result: () => bytes,
  };
}

/** Counts of parts. */
export function countParts(parts: readonly number[]): number {
  return parts.reduce((total, part) => total + part, 0);
}

/** Whether an item is true, or whether all are. */
export function some(wanted: boolean): Sink {
  let found = false;
  return {
    push: (batch) => {
      found ||= batch.some((item) => Boolean(item) === wanted);
    },
    result: () => found,
  };
}

/** Whether one of the parts is true. */
export function someParts(parts: readonly boolean[]): boolean {
  return parts.includes(true);
}

/** Whether all items are true, where it is known whether one is not. */
export function finishAll(isOneFalse: boolean): boolean {
  return !isOneFalse;
}

/** The first `most` items. */
export function head(most: number): Sink {
  const list: Batch = [];
  return {
    push: (batch) => void append(list, batch.slice(0, most - list.length)),
    result: () => list,
  };
}

/** An item that arithmetic is done with. */
export function numberOf(item: unknown, what: string): number {
  if (typeof item === "number") return item;
  if (typeof item === "boolean") return Number(item);
  throw new BrambleError("INVALID_VALUE", `\`${what}\` wants numbers, and an item is ${describe(item)}`);
}
