import { allocate, type DType } from "../../../dtype/index.js";
import type { Create, Layer, Scalar } from "../../../generated/layers.js";
import { product } from "../../../graph/index.js";
import { blockShape, extentsOf } from "../axis.js";
import type { Block } from "../block.js";
import { constantLanes } from "../elementwise/casts.js";
import { isBig, isFloat } from "../elementwise/lanes.js";
import { randomBlocks } from "../random/blocks.js";
import type { Stage } from "./stage.js";

/** Makes blocks from nothing. */
export function createStage({ dtype, grid }: Layer, create: Create): Stage {
  const make = maker(dtype, create);
  return {
    grid,
    inputs: [],
    run(block) {
      const starts = extentsOf(grid, block).map((extent) => extent.start);
      return make(blockShape(grid, block), starts);
    },
  };
}

/** Makes a block of a shape whose first element stands at `starts` in its layer. */
type Make = (shape: readonly number[], starts: readonly number[]) => Block;

function maker(dtype: DType, create: Create): Make {
  if ("full" in create) return fill(dtype, create.full.value);
  return "arange" in create ? count(dtype, create.arange) : randomBlocks(dtype, create.random);
}

/** The same value everywhere. Blocks of the same size share their elements. */
function fill(dtype: DType, value: Scalar): Make {
  const [item = 0] = constantLanes(value, dtype, 1);
  let last = allocate(dtype, 0);
  return (shape) => {
    const size = product(shape);
    if (last.length !== size) {
      // The lanes of a dtype and its array take the same kind of number.
      last = (allocate(dtype, size) as Float64Array).fill(item as number);
    }
    return { data: last, shape };
  };
}

type Range = Extract<Create, { arange: unknown }>["arange"];

/** The numbers of a range, each from its position. */
function count(dtype: DType, { start, step, first, stride }: Range): Make {
  return (shape, [offset = 0]) => {
    const data = allocate(dtype, product(shape));
    const position = first + offset * stride;
    if (isFloat(dtype)) {
      const [origin, distance] = [numberOf(start, "float64"), numberOf(step, "float64")];
      for (let i = 0; i < data.length; i += 1) data[i] = origin + distance * (position + i * stride);
    } else {
      countIntegers(
        data as BigInt64Array,
        { origin: bigOf(start), distance: bigOf(step), position, stride },
        dtype,
      );
    }
    return { data, shape };
  };
}

interface Positions {
  readonly origin: bigint;
  readonly distance: bigint;
  readonly position: number;
  readonly stride: number;
}

function countIntegers(
  data: BigInt64Array,
  { origin, distance, position, stride }: Positions,
  dtype: DType,
): void {
  const increment = distance * BigInt(stride);
  let value = origin + distance * BigInt(position);
  for (let i = 0; i < data.length; i += 1, value += increment) {
    value = BigInt.asIntN(64, value);
    // Smaller integers are stored as numbers.
    data[i] = isBig(dtype) ? value : (Number(BigInt.asIntN(32, value)) as unknown as bigint);
  }
}

function numberOf(scalar: Scalar, dtype: DType): number {
  return Number(constantLanes(scalar, dtype, 1)[0]);
}

function bigOf(scalar: Scalar): bigint {
  return BigInt(constantLanes(scalar, "int64", 1)[0] ?? 0);
}
