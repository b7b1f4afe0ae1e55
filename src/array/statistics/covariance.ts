import { checkBoolean, checkOptions, invalid } from "../../check.js";
import { isComplex } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Node } from "../../graph/index.js";
import { diagonal } from "../arrange/diagonal.js";
import { addAxes } from "../arrange/dims.js";
import { transpose } from "../arrange/permute.js";
import { conjugate, realPart } from "../complex/parts.js";
import { cast } from "../map.js";
import { formatShape } from "../shape.js";
import { binary, reduction, unary } from "./node-math.js";

/** The covariances of variables in rows. */
export function cov(x: Node, options: object): Node {
  checkOptions(options, "options", ["rowvar", "bias", "ddof"]);
  const { rowvar = true, bias = false, ddof } = options as Readonly<Record<string, unknown>>;
  if (ddof !== undefined && !Number.isInteger(ddof)) throw invalid("an integer", "options.ddof", ddof);
  const isBiased = checkBoolean(bias, "options.bias");
  const rows = variablesInRows(x, checkBoolean(rowvar, "options.rowvar"));
  const count = rows.shape[1] ?? 0;
  const divisor = count - ((ddof as number | undefined) ?? (isBiased ? 0 : 1));
  const deviations = binary("subtract", rows, reduction("mean", rows, { axis: 1, keepdims: true }));
  const products = binary("multiply", addAxes(deviations, 3, [1]), conjugate(addAxes(deviations, 3, [0])));
  return binary("divide", reduction("sum", products, { axis: 2 }), Math.max(0, divisor));
}

/** The correlation coefficients of variables in rows: covariances by the deviations of both. */
export function corrcoef(x: Node, options: object): Node {
  checkOptions(options, "options", ["rowvar"]);
  const covariances = cov(x, options);
  const deviations = unary("sqrt", realPart(diagonal(covariances, 0, 0, 1)));
  const byRows = binary("divide", covariances, addAxes(deviations, 2, [1]));
  return binary("divide", byRows, addAxes(deviations, 2, [0]));
}

function variablesInRows(x: Node, isInRows: boolean): Node {
  const { shape } = x;
  if (shape.length > 2) {
    throw new BrambleError("SHAPE_MISMATCH", `\`x\` of shape ${formatShape(shape)} has more than 2 axes`);
  }
  const matrix = shape.length < 2 ? addAxes(x, 2, shape.length === 1 ? [0] : [0, 1]) : x;
  const rows = isInRows || shape.length < 2 ? matrix : transpose(matrix, undefined);
  return cast(rows, isComplex(rows.dtype) ? "complex128" : "float64");
}
