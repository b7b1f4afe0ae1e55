import { HALF_PI_DOUBLE } from "../../../generated/coefficients.js";
import { lowerBits, upperBits } from "./bits.js";
import { negative, normal, times } from "./double.js";
import type { Angle } from "./trigonometric.js";

/** The bits of 2 / pi behind the point. */
const TWO_BY_PI = BigInt(
  "0x" +
    "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561" +
    "b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484" +
    "e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980f" +
    "ef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b" +
    "3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc209af4361d",
);
const BITS = 1280n;

/** 2^-128. */
const UNIT = 2 ** -128;

/** Reduces a finite angle of at least 1: the method of Payne and Hanek (1983). */
export function reduceLarge(x: number): Angle {
  const upper = upperBits(Math.abs(x));
  const mantissa = (BigInt((upper & 0xf_ffff) | 0x10_0000) << 32n) | BigInt(lowerBits(x));
  const exponent = BigInt((upper >>> 20) - 1075);
  // Bits of 2 / pi that stand for multiples of four right angles are left out.
  const skipped = exponent > 2n ? exponent - 2n : 0n;
  const window = BigInt.asUintN(192, TWO_BY_PI >> (BITS - 192n - skipped));
  const turns = BigInt.asUintN(128, (window * mantissa) >> (64n + 2n + skipped - exponent));
  // Two bits before the point, and the others as what is beyond or lacks.
  const fraction = BigInt.asIntN(128, turns << 2n);
  const count = Number(turns >> 126n) + (fraction < 0n ? 1 : 0);
  const high = Number(fraction);
  const low = Number(fraction - BigInt(high));
  const rest = normal(
    times({ high: high * UNIT, low: low * UNIT }, { high: HALF_PI_DOUBLE[0], low: HALF_PI_DOUBLE[1] }),
  );
  return x < 0 ? { quadrant: -count, rest: negative(rest) } : { quadrant: count, rest };
}
