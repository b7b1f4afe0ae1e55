/**
 * NumPy's `SeedSequence`: turns a seed of any size, and the number of a child, into the key of a generator, so that
 * similar seeds give unrelated sequences. Source: O'Neill, "C++ seeding surprises", 2015, as NumPy implements it.
 */

const POOL = 4;
const [INIT_A, MULT_A, INIT_B, MULT_B] = [0x43b0_d7e5, 0x931e_8875, 0x8b51_f9dd, 0x58f3_8ded];
const [MIX_LEFT, MIX_RIGHT] = [0xca01_f9dd, 0x4973_f715];

/** A seed, and the path of children that leads from it. */
export class SeedSequence {
  readonly #entropy: readonly number[];
  readonly #spawnKey: readonly number[];

  constructor(entropy: bigint, spawnKey: readonly number[] = []) {
    this.#entropy = words(entropy);
    this.#spawnKey = spawnKey;
  }

  /** The first words of the state, of 32 bits each. */
  generateState(count: number): number[] {
    const pool = this.#mixPool();
    let hash = INIT_B;
    return Array.from({ length: count }, (_, index) => {
      const mixed = (pool[index % POOL] ?? 0) ^ hash;
      hash = Math.imul(hash, MULT_B);
      return fold(Math.imul(mixed, hash));
    });
  }

  #mixPool(): number[] {
    const entropy = this.#assemble();
    let hash = INIT_A;
    const hashed = (value: number): number => {
      const mixed = value ^ hash;
      hash = Math.imul(hash, MULT_A);
      return fold(Math.imul(mixed, hash));
    };
    const pool = Array.from({ length: POOL }, (_, index) => hashed(entropy[index] ?? 0));
    const mixIn = (target: number, value: number): void => {
      pool[target] = mix(pool[target] ?? 0, hashed(value));
    };
    for (let source = 0; source < POOL; source += 1) {
      for (let target = 0; target < POOL; target += 1) {
        if (source !== target) mixIn(target, pool[source] ?? 0);
      }
    }
    for (const value of entropy.slice(POOL))
      for (let target = 0; target < POOL; target += 1) mixIn(target, value);
    return pool;
  }

  /** The seed, made long enough that no child's number reaches into it. */
  #assemble(): readonly number[] {
    if (this.#spawnKey.length === 0) return this.#entropy;
    const padding = Array.from({ length: Math.max(0, POOL - this.#entropy.length) }, () => 0);
    return [...this.#entropy, ...padding, ...this.#spawnKey.flatMap((number) => words(BigInt(number)))];
  }
}

/** A number as words of 32 bits, the lowest first; at least one. */
function words(value: bigint): number[] {
  const result = [Number(BigInt.asUintN(32, value))];
  for (let rest = value >> 32n; rest > 0n; rest >>= 32n) result.push(Number(BigInt.asUintN(32, rest)));
  return result;
}

function mix(a: number, b: number): number {
  return fold((Math.imul(MIX_LEFT, a) - Math.imul(MIX_RIGHT, b)) | 0);
}

function fold(value: number): number {
  return (value ^ (value >>> 16)) >>> 0;
}
