import type { DType, TypedArray } from "../../../dtype/index.js";
import { product } from "../../../graph/index.js";
import type { Block } from "../block.js";
import { at } from "../elementwise/loops.js";
import type { Results } from "../layers/along.js";

/** Real and imaginary parts of complex numbers. */
type Parts = readonly [re: Float64Array, im: Float64Array];

/**
 * Products of complex numbers along an axis: the first half of them is multiplied with the second, and what comes of it
 * likewise until one is left. Of an odd number the last one is multiplied with what comes of the others.
 */
export function complexProduct(
  re: Block,
  im: TypedArray,
  axis: number,
  dtype: DType,
  results: Results,
): void {
  const length = re.shape[axis] ?? 1;
  const inner = product(re.shape.slice(axis + 1));
  const out = results.data as Float64Array;
  const round = dtype === "float32" ? Math.fround : (x: number): number => x;
  const parts: Parts = [re.data as Float64Array, im as Float64Array];
  for (let place = 0; 2 * place < out.length; place += inner) {
    const [first, second] = parts.map((part) =>
      Float64Array.from(part.subarray(place * length, (place + inner) * length)),
    ) as [Float64Array, Float64Array];
    multiplyHalves([first, second], length, inner, round);
    for (let number = 0; number < inner; number += 1) {
      out[2 * (place + number)] = length === 0 ? 1 : at(first, number);
      out[2 * (place + number) + 1] = length === 0 ? 0 : at(second, number);
    }
  }
}

/** Leaves the products where the first numbers were. */
function multiplyHalves(parts: Parts, length: number, inner: number, round: (x: number) => number): void {
  if (length < 2) return;
  const half = Math.floor(length / 2);
  multiply(parts, half * inner, half * inner, round);
  multiplyHalves(parts, half, inner, round);
  if (length % 2 === 1) multiply(parts, inner, (length - 1) * inner, round);
}

/** Multiplies the first `count` numbers with those from `from` on. */
function multiply([re, im]: Parts, count: number, from: number, round: (x: number) => number): void {
  for (let i = 0; i < count; i += 1) {
    const [a, b, c, d] = [at(re, i), at(im, i), at(re, from + i), at(im, from + i)];
    re[i] = round(round(a * c) - round(b * d));
    im[i] = round(round(a * d) + round(b * c));
  }
}
