import { checkOptions, invalid } from "../check.js";
import { type DType, DTYPES, dtypeOfData, isDType, isScalarValue, type TypedArray } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import { createNode, isStoreHandle, type Node, product, STORE, type StoreHandle } from "../graph/index.js";
import type { Chunks } from "./chunks.js";
import { normalizeChunks } from "./chunks.js";
import { memorySource } from "./memory-source.js";
import { NDArray } from "./ndarray.js";
import { nestedData } from "./nested.js";
import { hasNode, NODE } from "./operand.js";
import { rechunk } from "./rechunk.js";
import { selectAll } from "./selection.js";
import { checkShape, formatShape } from "./shape.js";

/** How data becomes an array. */
export interface FromArrayOptions<D extends DType = DType> {
  /** How it is cut into blocks. Default: `"auto"`. */
  readonly chunks?: Chunks | undefined;
  /** Number of elements along each axis of a typed array. Default: one axis. */
  readonly shape?: readonly number[] | undefined;
  /** Element type of a typed array, where its class does not tell: `"bool"` for bytes, a complex one for pairs of floats. */
  readonly dtype?: D | undefined;
}

/** Makes a source of whatever holds elements. */
export function fromArray(value: unknown, options: unknown): Node {
  checkOptions(options, "options", ["chunks", "shape", "dtype"]);
  const { chunks = "auto", shape, dtype } = options as Record<string, unknown>;
  const data = dtypeOfData(value);
  if (data === undefined && (shape !== undefined || dtype !== undefined)) {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      "`options.shape` and `options.dtype` go with a typed array only",
    );
  }
  if (hasNode(value)) return chunks === "auto" ? value[NODE] : rechunk(value[NODE], chunks);
  if (isStoreHandle(value)) return storeSource(value, chunks);
  if (value instanceof NDArray) return memorySource(value, chunks);
  if (data !== undefined) return memorySource(shaped(value as TypedArray, shape, dtype), chunks);
  if (Array.isArray(value) || isScalarValue(value)) return memorySource(nestedData(value), chunks);
  throw invalid("a dataset, typed array, NDArray, nested arrays or a number", "x", value);
}

/** A source over a store, such as a dataset in a file. */
function storeSource(handle: StoreHandle, chunks: unknown): Node {
  const { shape, dtype } = handle;
  return createNode({
    label: "array",
    kind: { source: { ...handle[STORE](), shape, selection: selectAll(shape.length) } },
    dtype,
    grid: normalizeChunks(chunks, { shape, dtype, storeChunks: handle.chunks }),
  });
}

function shaped(data: TypedArray, shape: unknown, dtype: unknown): NDArray {
  const size = data.length / (isDType(dtype) ? DTYPES[dtype].entries : 1);
  const lengths = shape === undefined ? [size] : checkShape(shape, "options.shape");
  if (product(lengths) === size)
    return new NDArray(data, lengths, dtype === undefined ? {} : { dtype: dtype as DType });
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `\`options.shape\` ${formatShape(lengths)} has ${product(lengths)} elements, but the data has ${size}`,
  );
}
