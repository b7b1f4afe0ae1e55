import { checkOneOf, checkOptions, invalid } from "../../check.js";
import { DTYPES } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { asLazy, binary } from "../composed/build.js";
import { LazyArray } from "../lazy-array.js";
import { NODE } from "../operand.js";
import { select } from "../select.js";
import { checkShape } from "../shape.js";
import { bringInside, type Outside } from "./bring-inside.js";

/** In which order elements are counted. */
export interface UnravelOptions {
  /** `"C"`: the last axis runs fastest; `"F"`: the first one. Default: `"C"`. */
  readonly order?: "C" | "F" | undefined;
}

/** In which order elements are counted, and what becomes of positions outside. */
export interface RavelOptions extends UnravelOptions {
  /** `"clip"` takes the nearest position inside, `"wrap"` counts on from the other end. Default: `"clip"`. */
  readonly mode?: Outside | undefined;
}

type Integers = LazyArray<"int64">;

/**
 * Where the elements of these numbers lie in an array of a shape: for each axis their positions, as int64. Numbers that
 * the shape does not have are no error, since they are known when blocks are computed only; they wrap around the first axis
 * that is counted.
 *
 * @throws {BrambleError} `UNSUPPORTED_DTYPE` for floats.
 * @example
 * array.unravelIndex(x.argmax().reshape([1]), x.shape);
 */
export function unravelIndex(
  numbers: LazyArray,
  shape: number | readonly number[],
  options: UnravelOptions = {},
): Integers[] {
  checkOptions(options, "options", ["order"]);
  const lengths = checkShape(typeof shape === "number" ? [shape] : shape, "shape");
  const all = integers(numbers, "numbers");
  const strides = stridesOf(lengths, options.order);
  return lengths.map((length, axis) => {
    const counted = strides[axis] === 1 ? all : binary("floorDivide", all, strides[axis] ?? 1);
    return binary("remainder", counted, length) as Integers;
  });
}

/**
 * The numbers of the elements at positions in an array of a shape, as int64.
 *
 * @param positions - those along each axis: a list of arrays, or one array whose first axis has them.
 * @throws {BrambleError} `UNSUPPORTED_DTYPE` for floats, `INVALID_ARGUMENT` unless there are positions for each axis.
 * @example
 * array.ravelMultiIndex([rows, columns], [6, 4]);
 */
export function ravelMultiIndex(
  positions: LazyArray | readonly LazyArray[],
  shape: readonly number[],
  options: RavelOptions = {},
): Integers {
  checkOptions(options, "options", ["order", "mode"]);
  const lengths = checkShape(shape, "shape");
  const lists = Array.isArray(positions) ? (positions as LazyArray[]) : rowsOf(positions as LazyArray);
  if (lists.length !== lengths.length || lists.length === 0) {
    throw invalid(`positions for ${lengths.length} axes`, "positions", lists.length);
  }
  const strides = stridesOf(lengths, options.order);
  const terms = lists.map((list, axis) => {
    const inside = bringInside(
      integers(list, `positions[${axis}]`),
      lengths[axis] ?? 1,
      options.mode ?? "clip",
    );
    return strides[axis] === 1 ? inside : binary("multiply", inside, strides[axis] ?? 1);
  });
  return terms.reduce((sum, term) => binary("add", sum, term)) as Integers;
}

function rowsOf(positions: LazyArray): LazyArray[] {
  const array = asLazy(positions, "positions");
  const [count = 0] = array.shape;
  return Array.from({ length: count }, (_, row) => new LazyArray(select(array[NODE], [row])));
}

function integers(value: LazyArray, name: string): LazyArray {
  const array = asLazy(value, name);
  if (DTYPES[array.dtype].kind !== "float") return array.astype("int64");
  throw new BrambleError("UNSUPPORTED_DTYPE", `\`${name}\` is ${array.dtype}, not of integers`);
}

/** How many elements lie between neighbours along each axis. */
function stridesOf(shape: readonly number[], order: unknown): number[] {
  const isRowMajor = checkOneOf(order ?? "C", "options.order", ["C", "F"]) === "C";
  return shape.map((_, axis) => {
    const faster = isRowMajor ? shape.slice(axis + 1) : shape.slice(0, axis);
    return faster.reduce((count, length) => count * length, 1);
  });
}
