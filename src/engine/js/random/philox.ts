/**
 * Philox 4x64 with 10 rounds, as in the core (`crates/array/src/random/philox.rs`): a bijection of a counter, so that
 * any number of the sequence costs the same.
 */

const ROUNDS = 10;
const [MULTIPLIER_0, MULTIPLIER_1] = [0xd2e7_470e_e14c_6c93n, 0xca5a_8263_9512_1157n];
const [WEYL_0, WEYL_1] = [0x9e37_79b9_7f4a_7c15n, 0xbb67_ae85_84ca_a73bn];

/** A key as its low and high halves of 32 bits. */
export type Key = readonly [number, number, number, number];

/** A sequence of random numbers of 64 bits. */
export class Philox {
  readonly #key: readonly [bigint, bigint];
  #number = -1;
  #block: readonly bigint[] = [];

  constructor([a, b, c, d]: Key) {
    this.#key = [join(a, b), join(c, d)];
  }

  /** One number of the sequence; neighbours cost little. */
  word(position: number): bigint {
    const number = Math.floor(position / 4);
    if (number !== this.#number) {
      this.#block = this.#make(BigInt(number) + 1n);
      this.#number = number;
    }
    return this.#block[position % 4] ?? 0n;
  }

  /** The numbers of a counter. */
  #make(counter: bigint): readonly bigint[] {
    let [a, b, c, d] = [BigInt.asUintN(64, counter), counter >> 64n, 0n, 0n];
    let [key0, key1] = this.#key;
    for (let round = 0; round < ROUNDS; round += 1) {
      const [left, right] = [MULTIPLIER_0 * a, MULTIPLIER_1 * c];
      [a, b, c, d] = [(right >> 64n) ^ b ^ key0, low(right), (left >> 64n) ^ d ^ key1, low(left)];
      [key0, key1] = [low(key0 + WEYL_0), low(key1 + WEYL_1)];
    }
    return [a, b, c, d];
  }
}

function low(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function join(lower: number, upper: number): bigint {
  return BigInt(lower) | (BigInt(upper) << 32n);
}
