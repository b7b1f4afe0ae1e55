import { array, type LazyArray, NDArray } from "../array/index.js";
import { hasNode } from "../array/operand.js";
import { checkOptions, invalid } from "../check.js";
import { type RealDType, realType, type TypedArray } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import { frameBackend } from "../engine/frames.js";
import type { Column, ColumnData, ColumnType } from "../generated/frames.js";
import { computeStream, type FrameComputeOptions } from "./compute.js";
import { readStream } from "./stream.js";
import { col } from "./expr/functions.js";
import { type FrameNode, pendingNode } from "./node.js";
import { select } from "./operations.js";

/** The columns of an array. */
export interface FromArrayFrameOptions {
  /** Their names. Default: `column_0`, `column_1`, ... */
  readonly columns?: readonly string[] | undefined;
}

/** The types of columns of elements. */
export const TYPES: Readonly<Record<RealDType, ColumnType>> = {
  bool: "bool",
  int8: "i8",
  int16: "i16",
  int32: "i32",
  int64: "i64",
  uint8: "u8",
  uint16: "u16",
  uint32: "u32",
  uint64: "u64",
  float32: "f32",
  float64: "f64",
};

/** A frame of an array with one axis, or with a column for each place along the second. */
export function fromArrayNode(source: unknown, options: FromArrayFrameOptions): FrameNode {
  checkOptions(options, "options", ["columns"]);
  const of = (hasNode(source) ? source : array.asArray(source as NDArray)) as LazyArray;
  const { shape, dtype } = of;
  if (shape.length !== 1 && shape.length !== 2)
    throw new BrambleError("SHAPE_MISMATCH", `A data frame is made of 1 or 2 axes, not of ${shape.length}`);
  const [, width = 1] = shape;
  const names = options.columns ?? Array.from({ length: width }, (_, index) => `column_${index}`);
  if (!Array.isArray(names) || names.length !== width || new Set(names).size !== width)
    throw invalid(`${width} different names`, "options.columns", names);
  const columns = names.map((name: string): Column => ({ name, type: TYPES[realType(dtype)] }));
  return pendingNode(columns, of.numblocks[0] ?? 1, async (request) => {
    const { scheduler, signal } = request;
    const computed = (await of.compute({ scheduler, signal })) as unknown as NDArray;
    return frameBackend().make(columns.map((column, index) => columnData(computed, column, index)));
  });
}

function columnData(source: NDArray, { name, type }: Column, index: number): ColumnData {
  const column =
    source.ndim === 1
      ? source
      : new NDArray(source.data, [source.shape[0] ?? 0], {
          dtype: source.dtype,
          strides: [source.strides[0] ?? 0],
          offset: source.offset + index * (source.strides[1] ?? 0),
        });
  const { buffer, byteOffset, byteLength } = column.contiguous().data as TypedArray;
  return {
    name,
    type,
    values: { numbers: { of: type, bytes: new Uint8Array(buffer, byteOffset, byteLength) } },
  };
}

/** The rows of columns of numbers as an array of float64 with an axis for rows and one for columns; null is NaN. */
export async function toNDArray(node: FrameNode, request: FrameComputeOptions): Promise<NDArray<"float64">> {
  const floats = select(
    node,
    node.columns.map(({ name }) => col(name).cast("f64").fillNull(Number.NaN)),
  );
  const table = await readStream(await computeStream(floats, request));
  const width = node.columns.length;
  const data = new Float64Array(table.numRows * width);
  for (let column = 0; column < width; column += 1) {
    const values = table.getChildAt(column)?.toArray() as Float64Array;
    for (let row = 0; row < values.length; row += 1) data[row * width + column] = values[row] ?? Number.NaN;
  }
  return new NDArray(data, [table.numRows, width]);
}
