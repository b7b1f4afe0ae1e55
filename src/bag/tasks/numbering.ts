import { keyOf } from "./keys.js";

/** Strings of at most so many characters are hashed here, which is quicker than a `Map` is with strings made just now. */
const SHORT = 32;
/** Slots to begin with; a power of two, as it stays. */
const FIRST_SLOTS = 1024;
/** Nobody's strings lie so far from their slots but by intent. */
const MOST_PROBES = 256;

/** Numbers values in the order in which they are first met, from 0 on. What is equal in content has one number. */
export class Numbering {
  readonly #values: unknown[] = [];
  /** Numbers of all but short strings, by `keyOf`. */
  readonly #others = new Map<unknown, number>();
  /** Numbers of short strings, each at its hash or behind; -1 where there is none. */
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  /** The hash of the short string of each number. */
  #hashes = new Int32Array(FIRST_SLOTS);
  #inSlots = 0;
  /** Whether strings were chosen to meet: a `Map` numbers them then, whose hashes nobody can foresee. */
  #isCrowded = false;

  /** @param values - get the first numbers. */
  constructor(values: readonly unknown[] = []) {
    for (const value of values) this.of(value);
  }

  /** How many there are. */
  get size(): number {
    return this.#values.length;
  }

  /** The values by their numbers: each as it was first met. */
  get values(): readonly unknown[] {
    return this.#values;
  }

  /** The number of a value, which is `size` for a new one. */
  of(value: unknown): number {
    const isShort = typeof value === "string" && value.length <= SHORT && !this.#isCrowded;
    return isShort ? this.#ofShort(value) : this.#ofOther(keyOf(value), value);
  }

  #ofOther(name: unknown, value: unknown): number {
    const known = this.#others.get(name);
    if (known !== undefined) return known;
    this.#others.set(name, this.#values.length);
    return this.#values.push(value) - 1;
  }

  #ofShort(value: string): number {
    const hash = hashOf(value);
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      const slot = (hash + probe) & mask;
      const number = this.#slots[slot] ?? -1;
      if (number === -1) return this.#add(value, hash, slot);
      if (this.#hashes[number] === hash && this.#values[number] === value) return number;
    }
    this.#leaveSlots();
    return this.#ofOther(value, value);
  }

  #add(value: string, hash: number, slot: number): number {
    const number = this.#values.push(value) - 1;
    this.#slots[slot] = number;
    if (number >= this.#hashes.length) this.#hashes = grown(this.#hashes, 2 * number);
    this.#hashes[number] = hash;
    this.#inSlots += 1;
    if (2 * this.#inSlots > this.#slots.length) this.#spread();
    return number;
  }

  /** Gives the short strings more slots. */
  #spread(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(4 * before.length).fill(-1);
    const mask = this.#slots.length - 1;
    for (const number of before) {
      if (number === -1) continue;
      let slot = (this.#hashes[number] ?? 0) & mask;
      while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }

  #leaveSlots(): void {
    for (const number of this.#slots) if (number !== -1) this.#others.set(this.#values[number], number);
    this.#slots = new Int32Array(0);
    this.#isCrowded = true;
  }
}

/** FNV-1a of the characters, whose bits the last step of MurmurHash3 mixes. */
function hashOf(text: string): number {
  let hash = text.length ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function grown(numbers: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(numbers);
  return longer;
}
