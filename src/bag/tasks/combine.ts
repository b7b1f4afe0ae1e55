import { keysOf, type Key } from "./groups.js";
import { keyOf } from "./keys.js";
import { borderOf } from "./open.js";
import { andThen, type Awaitable, type Batch, type Stage } from "./stage.js";
import { listOf } from "./steps.js";

type Fn = (...args: unknown[]) => unknown;

/** Items with those of a list that have the same key: `[other, item]`. */
export function join(own: Key, others: unknown, other: Key): Stage {
  let byKey: Map<unknown, Batch> | undefined;
  const learn = (list: Batch): Awaitable<Map<unknown, Batch>> =>
    andThen(keysOf(other, list), (keys) => {
      byKey = new Map();
      for (const [index, item] of list.entries()) {
        const name = keyOf(keys[index]);
        const group = byKey.get(name);
        if (group === undefined) byKey.set(name, [item]);
        else group.push(item);
      }
      return byKey;
    });
  return {
    push: (batch) =>
      andThen(byKey ?? andThen(listOf(others), learn), (known) =>
        andThen(keysOf(own, batch), (keys) =>
          batch.flatMap((item, index) =>
            (known.get(keyOf(keys[index])) ?? []).map((theirs) => [theirs, item]),
          ),
        ),
      ),
  };
}

/** All pairs of an item of one partition and an item of another. */
export function productOf(first: Batch, second: Batch): Batch {
  return first.flatMap((a) => second.map((b) => [a, b]));
}

/** The states of a partition, and the last one, which the next begins with. */
export interface Accumulated {
  readonly items: Batch;
  readonly last: { readonly value: unknown } | undefined;
}

/** What a function of two makes of one item after the other, with all that lies between. */
export async function accumulatePart(
  binop: Fn,
  initial: { readonly value: unknown } | undefined,
  items: Batch,
  before: Accumulated | undefined,
): Promise<Accumulated> {
  let state = before === undefined ? initial : before.last;
  // The state that everything begins with is the first of all.
  const states: Batch = before === undefined && initial !== undefined ? [initial.value] : [];
  for (const item of items) {
    state = { value: state === undefined ? item : await binop(state.value, item) };
    states.push(state.value);
  }
  return { items: states, last: state };
}

/** The states of a partition. */
export function accumulatedItems({ items }: Accumulated): Batch {
  return items;
}

/** Part `part` of `parts` of a partition. */
export function splitPart(part: number, parts: number, items: Batch): Batch {
  return items.slice(borderOf(items.length, parts, part), borderOf(items.length, parts, part + 1));
}
