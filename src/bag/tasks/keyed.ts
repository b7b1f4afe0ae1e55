import { Numbering } from "./numbering.js";

/** Values by keys of any kind, in the order in which keys were first met. */
export class Keyed<V> {
  readonly #keys = new Numbering();
  readonly #values: V[] = [];

  /** As it travels. */
  get parts(): KeyedParts<V> {
    return { keys: this.#keys.values, values: this.#values };
  }

  /** The value of a key; what `change` makes of it takes its place. */
  update(key: unknown, change: (before: V | undefined) => V): void {
    const number = this.#keys.of(key);
    this.#values[number] = change(this.#values[number]);
  }

  /** The value of a key; `value` if it is new. */
  add(key: unknown, value: V): void {
    if (this.#keys.of(key) === this.#values.length) this.#values.push(value);
  }
}

/** See `Keyed`: a key and the value at the same place. */
export interface KeyedParts<V> {
  readonly keys: readonly unknown[];
  readonly values: readonly V[];
}

/** Keys and values as pairs. */
export function pairsOf<V>({ keys, values }: KeyedParts<V>): [key: unknown, value: V][] {
  return keys.map((key, number) => [key, values[number] as V]);
}
