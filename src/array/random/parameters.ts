import { randomBytes } from "node:crypto";
import { checkOptions, invalid } from "../../check.js";
import { type DType, DTYPES, integerLimits, isScalarValue } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { gridShape, type Node } from "../../graph/index.js";
import { broadcast } from "../broadcast.js";
import { operandOf } from "../operand.js";
import { checkShape } from "../shape.js";
import type { RandomOptions } from "./generator.js";

/** Parameters by their names, for errors. */
export type Parameters = Readonly<Record<string, unknown>>;

/** Checks a seed; without one it comes from the system. */
export function readSeed(seed: unknown): bigint {
  if (seed === undefined) return BigInt(`0x${randomBytes(16).toString("hex")}`);
  const isInteger = typeof seed === "bigint" || Number.isSafeInteger(seed);
  if (isInteger && BigInt(seed as number) >= 0n) return BigInt(seed as number);
  throw invalid("an integer from 0 on", "seed", seed);
}

/** The shape of a result: as asked for, if the parameters broadcast to it, else what these have together. */
export function sizeOf(parameters: Parameters, options: RandomOptions): readonly number[] {
  checkOptions(options, "options", ["size", "chunks"]);
  const operands = Object.entries(parameters).map(([name, value]) => operandOf(value, name));
  const nodes = operands.filter((operand) => !isScalarValue(operand)) as readonly Node[];
  const shape = gridShape(broadcast(nodes).grid);
  if (options.size === undefined) return shape;
  const wanted = checkShape(options.size, "options.size");
  const fits =
    shape.length <= wanted.length &&
    shape.every((length, axis) => length === 1 || length === wanted.at(axis - shape.length));
  if (fits) return wanted;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `\`options.size\` is [${wanted.join(", ")}], but the parameters have the shape [${shape.join(", ")}]`,
  );
}

/** The integers of a range, checked against a dtype: the first, and how many there are modulo 2^64. */
export function integerRange(
  low: unknown,
  high: unknown,
  dtype: DType,
  isClosed: boolean,
): { first: bigint; bound: bigint } {
  const { kind } = DTYPES[dtype];
  if (kind !== "int" && kind !== "uint") throw invalid("an integer's dtype", "options.dtype", dtype);
  const [from, to] =
    high === undefined || high === null
      ? [0n, readInteger(low, "low")]
      : [readInteger(low, "low"), readInteger(high, "high")];
  const last = isClosed ? to : to - 1n;
  if (last < from)
    throw invalid(
      `an integer ${isClosed ? "from" : "above"} ${from} on`,
      high === undefined ? "low" : "high",
      high ?? low,
    );
  const { min, max } = integerLimits(dtype);
  if (from < min) throw invalid(`an integer from ${min} on, the least of ${dtype},`, "low", low);
  if (last > max) throw invalid(`integers up to ${max}, the greatest of ${dtype},`, "high", high ?? low);
  return { first: from, bound: BigInt.asUintN(64, last - from + 1n) };
}

function readInteger(value: unknown, name: string): bigint {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return BigInt(value as number);
  throw invalid("an integer", name, value);
}

/** Refuses numbers for which a distribution does not exist; of arrays nobody knows before they are computed. */
export function checkNumbers(
  parameters: Parameters,
  expected: string,
  isValid: (value: number) => boolean,
): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (isScalarValue(value) && !isValid(Number(value))) {
      throw invalid(expected, name, value);
    }
  }
}

/** Refuses scales and the like below 0. */
export function checkFromZero(parameters: Parameters): void {
  checkNumbers(parameters, "a number from 0 on", (value) => value >= 0);
}

/** Refuses shapes and the like of 0 and below. */
export function checkAboveZero(parameters: Parameters): void {
  checkNumbers(parameters, "a number above 0", (value) => value > 0);
}

/** Refuses what is no probability. */
export function checkProbability(parameters: Parameters): void {
  checkNumbers(parameters, "a probability from 0 to 1", (value) => value >= 0 && value <= 1);
}

/** Of probabilities but the last how much each is of what those before it leave. */
export function sharesOfRest(pvals: unknown): number[] {
  if (!Array.isArray(pvals) || pvals.length === 0) throw invalid("a list of probabilities", "pvals", pvals);
  let left = 1;
  return pvals.slice(0, -1).map((value: unknown, index) => {
    const isShare = typeof value === "number" && value >= 0 && value <= left + 1e-12;
    if (!isShare) throw invalid(`a probability from 0 to ${left}, which is left,`, `pvals[${index}]`, value);
    const share = left > 0 ? Math.min(1, value / left) : 0;
    left = Math.max(0, left - value);
    return share;
  });
}

/** As many things of a kind as hypergeometric distributions know. */
const MOST_OF_A_KIND = 1e9;

/** Refuses numbers of things that are none, and samples larger than there are things. */
export function checkUrn(counts: Record<"ngood" | "nbad" | "nsample", unknown>): void {
  const { ngood, nbad, nsample } = counts;
  const isCount = (value: number): boolean =>
    Number.isInteger(value) && value >= 0 && value <= MOST_OF_A_KIND;
  checkNumbers({ ngood, nbad }, "an integer from 0 to 10^9", isCount);
  const isKnown = typeof ngood === "number" && typeof nbad === "number";
  const all = isKnown ? ngood + nbad : 2 * MOST_OF_A_KIND;
  const expected = `an integer from 0 to ${all}, ${isKnown ? "`ngood` and `nbad` together" : "twice 10^9"},`;
  checkNumbers({ nsample }, expected, (value) => Number.isInteger(value) && value >= 0 && value <= all);
}

/** Refuses numbers of things of many kinds that are none, and samples larger than there are things. */
export function checkColors(colors: unknown, nsample: unknown): void {
  if (!Array.isArray(colors) || colors.length === 0) throw invalid("a list of integers", "colors", colors);
  let all = 0;
  for (const [index, count] of colors.entries()) {
    const most = MOST_OF_A_KIND - all;
    if (!(Number.isInteger(count) && count >= 0 && count <= most))
      throw invalid(
        `an integer from 0 to ${most}, for there are 10^9 together at most,`,
        `colors[${index}]`,
        count,
      );
    all += count;
  }
  if (!(Number.isInteger(nsample) && Number(nsample) >= 0 && Number(nsample) <= all))
    throw invalid(`an integer from 0 to ${all}, the sum of \`colors\`,`, "nsample", nsample);
}
