import { checkInteger, checkOptions, invalid } from "../../check.js";
import { DTYPES, resultOf } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { type Node, product } from "../../graph/index.js";
import { addAxes } from "../arrange/dims.js";
import { cast } from "../map.js";
import { isNumber, withoutNaN } from "../nan.js";
import { promoteOperands } from "../operand.js";
import { readAxes } from "../reduce.js";
import { checkAxis, formatShape } from "../shape.js";
import { binary, reduction } from "./node-math.js";
import { weightsNode } from "./weights.js";

type Fields = Readonly<Record<string, unknown>>;

const REDUCE_FIELDS = ["axis", "keepdims", "splitEvery"];

/** The mean of what is other than NaN; NaN of nothing. */
export function nanmean(x: Node, options: object): Node {
  checkOptions(options, "options", REDUCE_FIELDS);
  const { kind } = DTYPES[x.dtype];
  if (kind !== "float" && kind !== "complex") return reduction("mean", x, options);
  // Summed in double precision, so that only the quotient is rounded.
  const wide = kind === "complex" ? "complex128" : "float64";
  const sum = reduction("sum", cast(withoutNaN(x, 0), wide), options);
  return cast(binary("divide", sum, reduction("sum", isNumber(x), options)), x.dtype);
}

/** The greatest element less the least. */
export function ptp(x: Node, options: object): Node {
  checkOptions(options, "options", REDUCE_FIELDS);
  return binary("subtract", reduction("max", x, options), reduction("min", x, options));
}

/** The mean with a weight for each element: of the array's shape, or one for each place along `options.axis`. */
export function average(x: Node, options: object): Node {
  checkOptions(options, "options", [...REDUCE_FIELDS, "weights"]);
  const { weights, ...others } = options as Fields;
  if (weights === undefined) return reduction("mean", x, others);
  const spread = spreadWeights(x, weightsNode(weights), others["axis"]);
  const dtype = resultOf("float", promoteOperands([x, spread]).dtype);
  const w = cast(spread, dtype);
  const sum = reduction("sum", binary("multiply", cast(x, dtype), w), others);
  return binary("divide", sum, reduction("sum", w, others));
}

function spreadWeights(x: Node, weights: Node, axis: unknown): Node {
  const isAlike =
    weights.shape.length === x.shape.length &&
    weights.shape.every((length, number) => length === x.shape[number]);
  if (isAlike) return weights;
  const refuse = (why: string): BrambleError =>
    new BrambleError(
      "SHAPE_MISMATCH",
      `\`options.weights\` of shape ${formatShape(weights.shape)} ${why} an array of shape ${formatShape(x.shape)}`,
    );
  if (weights.shape.length !== 1 || typeof axis !== "number") throw refuse("without an axis do not fit");
  const along = checkAxis(axis, "options.axis", x.shape.length);
  if (weights.shape[0] !== x.shape[along]) throw refuse(`do not fit axis ${along} of`);
  const others = [...x.shape.keys()].filter((number) => number !== along);
  return addAxes(weights, x.shape.length, others);
}

/** The mean of deviations from the mean to the power of `order`. */
export function moment(x: Node, order: unknown, options: object): Node {
  const power = checkInteger(order, "order", 0, 1000);
  checkOptions(options, "options", [...REDUCE_FIELDS, "ddof"]);
  const { ddof = 0, ...others } = options as Fields;
  if (typeof ddof !== "number" || !Number.isFinite(ddof)) throw invalid("a number", "options.ddof", ddof);
  const axes = readAxes(others["axis"], x.shape.length);
  const count = product(axes.map((axis) => x.shape[axis] ?? 1));
  const { keepdims: _, ...tree } = others;
  const deviations = binary("subtract", x, reduction("mean", x, { ...tree, keepdims: true }));
  const sum = reduction("sum", binary("power", deviations, power), others);
  if (!Number.isNaN(count)) return binary("divide", sum, count - ddof);
  // Of axes of unknown length the engine counts.
  const truth = cast(x, "bool");
  const counted = reduction("sum", binary("equal", truth, truth), others);
  return binary("divide", sum, binary("subtract", counted, ddof));
}
