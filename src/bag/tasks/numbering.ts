import { keyOf } from "./keys.js";

/** Strings of at most so many characters are hashed here, which is quicker than a `Map` is with strings made just now. */
const SHORT = 32;
/** Strings of at most so many characters are numbers themselves, a byte for each character: two are compared as such. */
const TINY = 8;
/** In the place of the upper half of such a number, which has no byte of ones: another string, in whose lower half its hash is. */
const NOT_TINY = -1;
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
  /** Of each number the lower half of its tiny string, or the hash of its short one. */
  #lows = new Int32Array(FIRST_SLOTS);
  /** The upper half, or `NOT_TINY`. */
  #highs = new Int32Array(FIRST_SLOTS);
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
    if (!isShort) return this.#ofOther(keyOf(value), value);
    return value.length <= TINY ? this.#ofTiny(value) : this.#ofShort(value);
  }

  #ofOther(name: unknown, value: unknown): number {
    const known = this.#others.get(name);
    if (known !== undefined) return known;
    this.#others.set(name, this.#values.length);
    return this.#values.push(value) - 1;
  }

  #ofTiny(value: string): number {
    let [low, high] = [0, 0];
    for (let at = 0; at < value.length; at += 1) {
      const code = value.charCodeAt(at);
      // A zero would count as no character.
      if (code === 0 || code > 0xfe) return this.#ofShort(value);
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | code;
    }
    const hash = hashOfHalves(low, high);
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      const slot = (hash + probe) & mask;
      const number = this.#slots[slot] ?? -1;
      if (number === -1) return this.#add(value, slot, low, high);
      if (this.#lows[number] === low && this.#highs[number] === high) return number;
    }
    this.#leaveSlots();
    return this.#ofOther(value, value);
  }

  #ofShort(value: string): number {
    const hash = hashOf(value);
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      const slot = (hash + probe) & mask;
      const number = this.#slots[slot] ?? -1;
      if (number === -1) return this.#add(value, slot, hash, NOT_TINY);
      const isLike = this.#lows[number] === hash && this.#highs[number] === NOT_TINY;
      if (isLike && this.#values[number] === value) return number;
    }
    this.#leaveSlots();
    return this.#ofOther(value, value);
  }

  #add(value: string, slot: number, low: number, high: number): number {
    const number = this.#values.push(value) - 1;
    this.#slots[slot] = number;
    if (number >= this.#lows.length) {
      this.#lows = grown(this.#lows, 2 * number);
      this.#highs = grown(this.#highs, 2 * number);
    }
    this.#lows[number] = low;
    this.#highs[number] = high;
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
      let slot = this.#hashAt(number) & mask;
      while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }

  #hashAt(number: number): number {
    const [low = 0, high = NOT_TINY] = [this.#lows[number], this.#highs[number]];
    return high === NOT_TINY ? low : hashOfHalves(low, high);
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
  return mixed(hash);
}

function hashOfHalves(low: number, high: number): number {
  return mixed(low ^ Math.imul(high, 0x9e3779b1));
}

function mixed(bits: number): number {
  const hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function grown(numbers: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(numbers);
  return longer;
}
