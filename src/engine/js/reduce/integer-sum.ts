import { allocate, type DType, DTYPES } from "../../../dtype/index.js";
import type { Block } from "../block.js";
import type { BigLanes } from "../elementwise/lanes.js";
import { bigReduction } from "./big-reduction.js";
import { SUM } from "./merger.js";
import { asNumbers, reduceNumbers } from "./number-reduction.js";
import { converted, type NumberSource } from "./numbers.js";
import type { Reduction } from "./reduction.js";

/** Bits of a limb. 2^37 of them add up without rounding in a double. */
const LIMB = 16;

/**
 * Sums integers of any width, modulo 2^64. Elements are cut into limbs of 16 bits whose sums doubles hold, which
 * is many times faster than arithmetic on bigints.
 */
export function integerSum(dtype: DType, result: "int64" | "uint64"): Reduction {
  return {
    ...bigReduction(dtype, result, { identity: 0n, merge: (a, b) => a + b }),
    partial(block, axes) {
      const limbs = limbsOf(dtype, block).map((limb) => reduceNumbers(SUM, limb, block.shape, axes));
      const sums = allocate(result, limbs[0]?.length ?? 0) as BigLanes;
      for (const [number, limb] of limbs.entries()) {
        for (const [index, sum] of limb.entries()) {
          sums[index] = (sums[index] ?? 0n) + (BigInt(sum) << BigInt(LIMB * number));
        }
      }
      return sums;
    },
  };
}

/** The limbs of the elements, the lowest first; the highest has the sign. */
function limbsOf(dtype: DType, block: Block): NumberSource[] {
  const { kind, itemsize } = DTYPES[dtype];
  const { buffer, byteOffset, length } = block.data;
  // Sums that a double holds need no limbs.
  if (length * 2 ** (8 * itemsize) <= 2 ** 53) return [asNumbers(dtype)(block)];
  const count = itemsize / 2;
  const unsigned = new Uint16Array(buffer, byteOffset, length * count);
  const signed = kind === "int" ? new Int16Array(buffer, byteOffset, length * count) : unsigned;
  return Array.from({ length: count }, (_, number) =>
    limbSource(number === count - 1 ? signed : unsigned, length, number, count),
  );
}

/** Every `stride`-th value from `first` on. Typed arrays are little-endian wherever Node runs. */
function limbSource(
  values: Uint16Array | Int16Array,
  size: number,
  first: number,
  stride: number,
): NumberSource {
  return converted(size, (out, start, count) => {
    let index = first + start * stride;
    for (let i = 0; i < count; i += 1, index += stride) out[i] = values[index] ?? 0;
  });
}
