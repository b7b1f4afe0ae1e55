import * as math from "../math/index.js";
const HALF_LOG_OF_TWO_PI = 0.9189385332046728;

/** `ln(k!)` of a whole number from 0 on, as in the core (`crates/array/src/random/log_factorial.rs`). */
export function logFactorial(k: number): number {
  if (k < 16) {
    let product = 1;
    for (let factor = 2; factor <= k; factor += 1) product *= factor;
    return math.log(product);
  }
  const x = k + 1;
  const square = 1 / (x * x);
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - square / 1680) * square) * square) / x;
  return (x - 0.5) * math.log(x) - x + HALF_LOG_OF_TWO_PI + series;
}
