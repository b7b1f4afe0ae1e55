import { Generator } from "./generator.js";

/** Random arrays. */
export const random = {
  /**
   * A generator of random arrays.
   *
   * @param seed an integer from 0 on; without one the system chooses, and every run gives other numbers.
   * @example
   * const rng = array.random.defaultRng(42);
   * await rng.normal(0, 1, { size: [1000, 1000], chunks: 100 }).std().compute();
   */
  defaultRng: (seed?: number | bigint): Generator => new Generator(seed),
};

export type {
  ChoiceOptions,
  Generator,
  IntegersOptions,
  RandomOptions,
  UniformOptions,
} from "./generator.js";
