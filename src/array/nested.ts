import { describe } from "../check.js";
import {
  allocate,
  type DType,
  defaultDType,
  type ItemOf,
  isScalarValue,
  type ScalarValue,
  writeItem,
} from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import { product } from "../graph/grid.js";
import { NDArray } from "./ndarray.js";
import { formatShape } from "./shape.js";

/**
 * Nested JavaScript arrays as one array: of numbers float64, of bigints int64, of booleans bool, of complex numbers
 * complex128.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if they are ragged, `INVALID_ARGUMENT` if an element is something
 *   else or of another kind than the first; both name its index.
 */
export function nestedData(value: unknown): NDArray {
  const shape = shapeOf(value);
  const elements: ScalarValue[] = [];
  flatten(value, { shape, path: [], elements });
  const [first] = elements;
  const dtype = first === undefined ? "float64" : defaultDType(first);
  const data = allocate(dtype, product(shape));
  for (const [index, element] of elements.entries()) {
    if (defaultDType(element) !== dtype) throw mixed(dtype, element, index, shape);
    writeItem(data, dtype, index, element as ItemOf<DType>);
  }
  return new NDArray(data, shape, { dtype });
}

/** The shape that the first elements at each level have. */
function shapeOf(value: unknown): number[] {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

interface Flattening {
  readonly shape: readonly number[];
  readonly path: readonly number[];
  readonly elements: ScalarValue[];
}

function flatten(value: unknown, { shape, path, elements }: Flattening): void {
  const expected = shape[path.length];
  const where = `x${path.map((index) => `[${index}]`).join("")}`;
  if (expected === undefined) {
    if (isScalarValue(value)) {
      elements.push(value);
      return;
    }
    if (!Array.isArray(value)) {
      throw new BrambleError(
        "INVALID_ARGUMENT",
        `Expected a number, complex or not, bigint or boolean for \`${where}\` but received ${describe(value)}`,
      );
    }
  }
  if (!Array.isArray(value) || value.length !== expected) {
    const wanted = expected === undefined ? "a number" : `an array of ${expected} entries`;
    const got = Array.isArray(value) ? `an array of ${value.length}` : describe(value);
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `Nested arrays are ragged: expected ${wanted} for \`${where}\`, as in the first row, but received ${got}`,
    );
  }
  for (const [index, entry] of value.entries()) flatten(entry, { shape, path: [...path, index], elements });
}

function mixed(dtype: DType, element: ScalarValue, index: number, shape: readonly number[]): BrambleError {
  return new BrambleError(
    "INVALID_ARGUMENT",
    `Nested arrays of shape ${formatShape(shape)} begin with ${dtype}, but element ${index} is ${describe(element)}`,
  );
}
