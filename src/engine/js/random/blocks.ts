import { allocate, type DType } from "../../../dtype/index.js";
import type { Create } from "../../../generated/layers.js";
import { product } from "../../../graph/index.js";
import type { Block } from "../block.js";
import { type Key, Philox } from "./philox.js";

type Random = Extract<Create, { random: unknown }>["random"];

/** Blocks of random numbers, each made from its place in a sequence. */
export function randomBlocks(
  dtype: DType,
  { key, first, strides }: Random,
): (shape: readonly number[], starts: readonly number[]) => Block {
  const numbers = new Philox(key as Key);
  const numberAt = numberOf[dtype];
  if (numberAt === undefined) throw new RangeError(`no random numbers of dtype ${dtype}`);
  return (shape, starts) => {
    const data = allocate(dtype, product(shape)) as Float64Array;
    const corner = starts.reduce((sum, start, axis) => sum + start * (strides[axis] ?? 0), first);
    for (const index of data.keys()) {
      data[index] = numberAt(numbers, corner + distance(index, shape, strides)) as number;
    }
    return { data, shape };
  };
}

/** How far an element of a block lies from its first one in the sequence. */
function distance(index: number, shape: readonly number[], strides: readonly number[]): number {
  let [rest, sum] = [index, 0];
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const length = shape[axis] ?? 1;
    sum += (rest % length) * (strides[axis] ?? 0);
    rest = Math.floor(rest / length);
  }
  return sum;
}

const numberOf: Partial<Record<DType, (numbers: Philox, position: number) => number | bigint>> = {
  uint64: (numbers, position) => numbers.word(position),
  float64: (numbers, position) => Number(numbers.word(position) >> 11n) * 2 ** -53,
  float32: (numbers, position) => {
    const word = numbers.word(Math.floor(position / 2));
    const half = Number(BigInt.asUintN(32, position % 2 === 0 ? word : word >> 32n));
    return (half >>> 8) * 2 ** -24;
  },
};
