import { normalFromUniform } from "./normal.js";

const bits = new BigUint64Array(1);
const double = new Float64Array(bits.buffer);

/** SplitMix64: a short sequence of its own for an element that needs an unknown number of uniform numbers. */
export class Draws {
  #state: bigint;

  constructor(state: bigint) {
    this.#state = state;
  }

  /** The sequence that belongs to a uniform number. */
  static of(uniform: number): Draws {
    double[0] = uniform;
    return new Draws(bits[0] ?? 0n);
  }

  /** The next 64 random bits. */
  bits(): bigint {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e37_79b9_7f4a_7c15n);
    let word = this.#state;
    word = BigInt.asUintN(64, (word ^ (word >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
    word = BigInt.asUintN(64, (word ^ (word >> 27n)) * 0x94d0_49bb_1331_11ebn);
    return word ^ (word >> 31n);
  }

  /** The next number, uniform from 0 up to but not including 1. */
  uniform(): number {
    return Number(this.bits() >> 11n) * 2 ** -53;
  }

  /** The next number of the normal distribution. */
  normal(): number {
    return normalFromUniform(this.uniform());
  }
}
