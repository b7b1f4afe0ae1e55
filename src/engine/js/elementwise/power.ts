import { BrambleError } from "../../../errors.js";

/** Of integers of up to 32 bits, modulo 2^32. */
export function powerIntegers(base: number, exponent: number): number {
  checkExponent(exponent < 0);
  let power = 1;
  let square = base;
  for (let rest = exponent >>> 0; rest !== 0; rest >>>= 1) {
    if ((rest & 1) === 1) power = Math.imul(power, square);
    square = Math.imul(square, square);
  }
  return power;
}

/** Of 64-bit integers, modulo 2^64. */
export function powerBigs(base: bigint, exponent: bigint): bigint {
  checkExponent(exponent < 0n);
  let power = 1n;
  let square = base;
  for (let rest = exponent; rest !== 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) power = BigInt.asIntN(64, power * square);
    square = BigInt.asIntN(64, square * square);
  }
  return power;
}

function checkExponent(isNegative: boolean): void {
  if (isNegative) throw new BrambleError("ARITHMETIC", "Integers to negative integer powers are not allowed");
}
