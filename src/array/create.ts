import { checkOptions, invalid } from "../check.js";
import {
  type DType,
  DTYPES,
  defaultDType,
  isComplex,
  isDType,
  isScalarValue,
  partType,
  type ScalarValue,
  toScalar,
  toScalarParts,
} from "../dtype/index.js";
import type { Axis, Grid, Scalar } from "../generated/layers.js";
import { createNode, type Node, pairNode } from "../graph/index.js";
import { normalizeChunks } from "./chunks.js";
import { checkShape } from "./shape.js";

const CREATE_OPTIONS = ["dtype", "chunks"] as const;

/** The same value everywhere. `label` is the function that somebody called. */
export function full(label: string, shape: unknown, value: unknown, options: unknown, dtype: DType): Node {
  const made = readOptions(options, dtype);
  const checked = checkShape(shape, "shape");
  const grid = normalizeChunks(made.chunks, { shape: checked, dtype: made.dtype });
  return filled(label, grid, toConstant(value, made.dtype, "value"), made.dtype);
}

/** A value as engines take it; of a complex dtype one for each part. */
export type Constant = Scalar | readonly [re: Scalar, im: Scalar];

/**
 * A value as a constant of a dtype.
 *
 * @throws {BrambleError} as `toScalar` does.
 */
export function toConstant(value: unknown, dtype: DType, name: string): Constant {
  return isComplex(dtype) ? toScalarParts(value, dtype, name) : toScalar(value, dtype, name);
}

/** The same value in every block of a grid. */
export function filled(label: string, grid: Grid, value: Constant, dtype: DType): Node {
  if (isComplex(dtype) && isParts(value)) {
    const [re, im] = value.map((part) => filled(label, grid, part, partType(dtype))) as [Node, Node];
    return pairNode(label, [re, im]);
  }
  return createNode({ label, kind: { create: { full: { value: value as Scalar } } }, dtype, grid });
}

function isParts(value: Constant): value is readonly [Scalar, Scalar] {
  return Array.isArray(value);
}

/** A 0-d array. */
export function constant(value: ScalarValue, dtype: DType): Node {
  return full("full", [], value, {}, dtype);
}

/** The numbers from `start` up to but not including `stop`, `step` apart. */
export function arange(start: unknown, stop: unknown, step: unknown, options: unknown): Node {
  const bounds = { start, stop, step };
  for (const [name, value] of Object.entries(bounds)) {
    const isNumber = typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
    if (!isNumber) throw invalid("a finite number or a bigint", name, value);
  }
  if (Number(step) === 0) throw invalid("a step other than 0", "step", step);
  const isInteger = Object.values(bounds).some((value) => typeof value === "bigint");
  const { dtype, chunks } = readOptions(options, isInteger ? "int64" : "float64");
  if (DTYPES[dtype].kind === "bool") throw invalid("a number's dtype", "options.dtype", dtype);
  if (isComplex(dtype)) {
    const re = arange(start, stop, step, { chunks, dtype: partType(dtype) });
    return pairNode("arange", [re, filled("arange", re.grid, { float: "0" }, re.dtype)]);
  }
  const length = Math.max(0, Math.ceil((Number(stop) - Number(start)) / Number(step)));
  const shape = checkShape([length], "the range");
  return createNode({
    label: "arange",
    kind: {
      create: {
        arange: {
          start: toScalar(start, dtype, "start"),
          step: toScalar(step, dtype, "step"),
          first: 0,
          stride: 1,
        },
      },
    },
    dtype,
    grid: normalizeChunks(chunks, { shape, dtype }),
  });
}

/** The numbers 0, 1, 2 … along an axis, as int64. */
export function positions(axis: Axis): Node {
  const arange = { start: { int: 0 }, step: { int: 1 }, first: 0, stride: 1 };
  return createNode({ label: "positions", kind: { create: { arange } }, dtype: "int64", grid: [axis] });
}

/** The dtype that `full` takes from its value. */
export function dtypeOfValue(value: unknown): DType {
  if (!isScalarValue(value)) throw invalid("a number, complex or not, bigint or boolean", "value", value);
  return defaultDType(value);
}

function readOptions(options: unknown, defaultType: DType): { dtype: DType; chunks: unknown } {
  checkOptions(options, "options", CREATE_OPTIONS);
  const { dtype = defaultType, chunks = "auto" } = options as { dtype?: unknown; chunks?: unknown };
  return { dtype: checkDType(dtype, "options.dtype"), chunks };
}

/** Checks for a dtype's name. */
export function checkDType(value: unknown, name: string): DType {
  if (isDType(value)) return value;
  throw invalid(`a dtype (${Object.keys(DTYPES).join(", ")})`, name, value);
}
