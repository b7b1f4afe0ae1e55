import * as math from "../math/index.js";
import { Draws } from "./draws.js";

/** Zipf's distribution, as in the core (`crates/array/src/random/zipf.rs`), where the source stands. */

const LARGEST = 2 ** 53;

/** A whole number k from 1 on, as likely as k to the power of -exponent. */
export function zipfFromUniform(uniform: number, exponent: number): number {
  if (Number.isNaN(exponent) || exponent <= 1) return Number.NaN;
  if (exponent >= 1025) return 1;
  const draws = Draws.of(uniform);
  const steepness = exponent - 1;
  const b = math.pow(2, steepness);
  const span = -math.expm1(-steepness * math.log(LARGEST));
  for (;;) {
    const x = Math.floor(math.exp(-math.log1p(-span * draws.uniform()) / steepness));
    const v = draws.uniform();
    if (x > LARGEST) continue;
    const growth = math.expm1(steepness * math.log1p(1 / x));
    if (v * x * growth * b <= (growth + 1) * (b - 1)) return x;
  }
}
