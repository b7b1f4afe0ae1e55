/** Division as Python has it: the quotient is rounded down, and what is left has the sign of the divisor. */

/** Of integers of up to 32 bits; by 0 it is 0. The quotient of doubles is never rounded up to an integer. */
export function floorDivideIntegers(a: number, b: number): number {
  return b === 0 ? 0 : Math.floor(a / b);
}

/** Of 64-bit integers; by 0 it is 0. */
export function floorDivideBigs(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const remainder = a % b;
  return remainder !== 0n && remainder < 0n !== b < 0n ? a / b - 1n : a / b;
}

/** Of floats, as NumPy computes it; `round` gives each intermediate result the digits of the dtype. */
export function floorDivideFloats(round: (value: number) => number): (a: number, b: number) => number {
  return (a, b) => {
    if (b === 0) return a / b;
    const remainder = a % b;
    let quotient = round(round(a - remainder) / b);
    if (remainder !== 0 && remainder < 0 !== b < 0) quotient = round(quotient - 1);
    if (quotient === 0) return zeroLike(round(a / b));
    // The quotient is very nearly whole; the division may have left it just below.
    const whole = Math.floor(quotient);
    return quotient - whole > 0.5 ? round(whole + 1) : whole;
  };
}

/** Of integers of up to 32 bits; by 0 it is 0. */
export function remainderIntegers(a: number, b: number): number {
  if (b === 0) return 0;
  const remainder = a % b;
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
}

/** Of 64-bit integers; by 0 it is 0. */
export function remainderBigs(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const remainder = a % b;
  return remainder !== 0n && remainder < 0n !== b < 0n ? remainder + b : remainder;
}

/** Of floats, as NumPy computes it. */
export function remainderFloats(a: number, b: number): number {
  const remainder = a % b;
  if (b === 0) return remainder;
  if (remainder === 0) return zeroLike(b);
  return remainder < 0 !== b < 0 ? remainder + b : remainder;
}

/** 0 with the sign of a number. */
function zeroLike(value: number): number {
  return value < 0 || Object.is(value, -0) ? -0 : 0;
}
