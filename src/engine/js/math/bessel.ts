import { BESSEL_FAR, BESSEL_NEAR } from "../../../generated/coefficients.js";
import { exp } from "./exponential.js";

/** The modified Bessel function of the first kind, of order 0, to within some ulp. */
export function i0(value: number): number {
  const x = Math.abs(value);
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x <= 8) return exp(x) * chebyshev(0.5 * x - 2, BESSEL_NEAR);
  return exp(x) * (chebyshev(32 / x - 2, BESSEL_FAR) / Math.sqrt(x));
}

/** The sum of Chebyshev polynomials of `x / 2`, by Clenshaw's recurrence. */
function chebyshev(x: number, coefficients: readonly number[]): number {
  let [last, before, beyond] = [0, 0, 0];
  for (const coefficient of coefficients) {
    [last, before, beyond] = [x * last - before + coefficient, last, before];
  }
  return 0.5 * (last - beyond);
}
