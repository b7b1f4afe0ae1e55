import { checkInteger, checkOneOf, invalid } from "../../check.js";
import { isScalarValue, type ScalarValue } from "../../dtype/index.js";
import type { Node } from "../../graph/index.js";
import { checkSize } from "../shape.js";
import { whenKnown } from "../when-known.js";
import {
  checkNotEmpty,
  padConstant,
  padEdge,
  padRamp,
  padStatistic,
  padWave,
  padZeros,
  type Widths,
} from "./pad-modes.js";

/** What elements are put around an array. */
export type PadMode =
  | "constant"
  | "edge"
  | "empty"
  | "linear_ramp"
  | "maximum"
  | "mean"
  | "minimum"
  | "reflect"
  | "symmetric"
  | "wrap";

const MODES: readonly PadMode[] = [
  "constant",
  "edge",
  "empty",
  "linear_ramp",
  "maximum",
  "mean",
  "minimum",
  "reflect",
  "symmetric",
  "wrap",
];
const STATISTICS = { maximum: "max", mean: "mean", minimum: "min" } as const;

/** How an array is padded, as it was written. */
export interface PadRequest {
  readonly mode: unknown;
  readonly constantValues: unknown;
  readonly endValues: unknown;
  readonly statLength: unknown;
}

/** Puts elements around an array, axis by axis. */
export function pad(node: Node, padWidth: unknown, request: PadRequest): Node {
  const mode = checkOneOf(request.mode, "options.mode", MODES);
  const ndim = node.shape.length;
  const widths = readPairs(padWidth, "padWidth", ndim, (value, name) => checkInteger(value, name, 0));
  const padAxis = axisPadder(mode, request, ndim);
  const unmeasured = { label: "pad", parameters: [widths, request], dtype: node.dtype, ndim };
  return whenKnown([node], unmeasured, ([known = node]) => padKnown(known, { mode, widths, padAxis }));
}

interface Padding {
  readonly mode: PadMode;
  readonly widths: readonly Widths[];
  readonly padAxis: PadAxis;
}

function padKnown(node: Node, { mode, widths, padAxis }: Padding): Node {
  checkSize(node.shape.map((length, axis) => length + (widths[axis]?.[0] ?? 0) + (widths[axis]?.[1] ?? 0)));
  return widths.reduce<Node>((padded, width, axis) => {
    if (width[0] === 0 && width[1] === 0) return padded;
    if (mode !== "constant" && mode !== "empty") checkNotEmpty(padded, axis);
    return padAxis(padded, axis, width);
  }, node);
}

type PadAxis = (node: Node, axis: number, widths: Widths) => Node;

function axisPadder(mode: PadMode, request: PadRequest, ndim: number): PadAxis {
  switch (mode) {
    case "constant": {
      const values = readPairs(request.constantValues, "options.constantValues", ndim, checkScalar);
      return (node, axis, widths) => padConstant(node, axis, widths, values[axis] ?? [0, 0]);
    }
    case "linear_ramp": {
      const ends = readPairs(request.endValues, "options.endValues", ndim, checkNumber);
      return (node, axis, widths) => padRamp(node, axis, widths, ends[axis] ?? [0, 0]);
    }
    case "maximum":
    case "mean":
    case "minimum": {
      const all = Number.MAX_SAFE_INTEGER;
      const lengths = readPairs(request.statLength ?? all, "options.statLength", ndim, (value, name) =>
        checkInteger(value, name, 1),
      );
      const name = STATISTICS[mode];
      return (node, axis, widths) =>
        padStatistic(node, axis, widths, { name, lengths: lengths[axis] ?? [all, all] });
    }
    case "edge":
      return padEdge;
    case "empty":
      return padZeros;
    default:
      return (node, axis, widths) => padWave(node, axis, widths, mode);
  }
}

function checkScalar(value: unknown, name: string): ScalarValue {
  if (isScalarValue(value)) return value;
  throw invalid("a number, bigint or boolean", name, value);
}

function checkNumber(value: unknown, name: string): number {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  throw invalid("a number", name, value);
}

/**
 * Two values for each axis, before and behind: written as one value for all, a pair for all, or a pair for each
 * axis.
 */
function readPairs<T>(
  value: unknown,
  name: string,
  ndim: number,
  check: (value: unknown, name: string) => T,
): (readonly [T, T])[] {
  const isNested = Array.isArray(value) && value.some((entry) => Array.isArray(entry));
  if (!isNested) {
    const pair = readPair(value, name, check);
    return Array.from({ length: ndim }, () => pair);
  }
  if (value.length === ndim) return value.map((entry, axis) => readPair(entry, `${name}[${axis}]`, check));
  throw invalid(`a pair for each of ${ndim} axes`, name, value);
}

function readPair<T>(
  value: unknown,
  name: string,
  check: (value: unknown, name: string) => T,
): readonly [T, T] {
  if (!Array.isArray(value)) {
    const both = check(value, name);
    return [both, both];
  }
  if (value.length > 2 || value.length === 0)
    throw invalid("a value, or one before and one behind", name, value);
  const [before, after] = value.map((entry, index) => check(entry, `${name}[${index}]`));
  return [before as T, (value.length === 2 ? after : before) as T];
}
