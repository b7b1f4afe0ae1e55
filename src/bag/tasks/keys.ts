import { Encoder } from "../../values/encoder.js";

/**
 * What a value is as a key: primitives are themselves, of anything else two with the same content are one key. Of plain
 * objects the order of properties does not count.
 */
export function keyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { content } = new Encoder().encode(canonical(value), "a key");
  // No string of a program's begins so.
  return `\0key ${Buffer.concat(content).toString("latin1")}`;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  // To a `Map` 0 and -0 are one key.
  if (value === 0) return 0;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, entry]) => [name, canonical(entry)]));
}

/** Values by keys of any kind, in the order in which keys were first met. */
export class Keyed<V> {
  readonly #entries: Map<unknown, V>;
  /** Keys that are not their own `keyOf`. */
  readonly #originals: Map<unknown, unknown>;

  constructor(parts: KeyedParts<V> = { entries: new Map(), originals: new Map() }) {
    this.#entries = parts.entries;
    this.#originals = parts.originals;
  }

  /** As it travels. */
  get parts(): KeyedParts<V> {
    return { entries: this.#entries, originals: this.#originals };
  }

  /** The value of a key. */
  get(key: unknown): V | undefined {
    return this.#entries.get(keyOf(key));
  }

  /** What a function makes of each value. */
  map<W>(fn: (value: V) => W): Keyed<W> {
    const entries = new Map(Array.from(this.#entries, ([name, value]) => [name, fn(value)]));
    return new Keyed({ entries, originals: this.#originals });
  }

  /** The value of a key; what `change` makes of it takes its place. */
  update(key: unknown, change: (before: V | undefined) => V): void {
    const name = keyOf(key);
    if (name !== key) this.#originals.set(name, this.#originals.get(name) ?? key);
    this.#entries.set(name, change(this.#entries.get(name)));
  }

  /** Keys and values. */
  pairs(): [key: unknown, value: V][] {
    const { size } = this.#originals;
    const keyNamed = (name: unknown): unknown =>
      size > 0 && this.#originals.has(name) ? this.#originals.get(name) : name;
    return Array.from(this.#entries, ([name, value]) => [keyNamed(name), value]);
  }
}

/** See `Keyed`. */
export interface KeyedParts<V> {
  readonly entries: Map<unknown, V>;
  readonly originals: Map<unknown, unknown>;
}
