import type { DType } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { isKnownGrid, type Node } from "../../graph/index.js";
import { permute } from "../arrange/permute.js";
import { cast } from "../map.js";
import { dropAxes } from "../statistics/along.js";
import { reduction } from "../statistics/node-math.js";
import { formatShape } from "../shape.js";
import { whenKnown } from "../when-known.js";
import { arrange, contract, type Labelled } from "./contract.js";

/** A sum of products as Einstein would write it. */
export interface Products {
  /** What it is called, for people. */
  readonly label: string;
  readonly operands: readonly Labelled[];
  /** The axes of the result; over those of other names is summed. */
  readonly output: readonly string[];
  /** Names of axes that must be equally long. Default: all may have length 1 beside longer ones. */
  readonly exact?: readonly string[];
  readonly dtype: DType;
}

/**
 * Multiplies arrays along axes of the same name and sums over the names that the result lacks, two at a time. Axes of
 * length 1 go along with longer ones of their name.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH`.
 */
export function sumOfProducts({ label, operands, output, exact = [], dtype }: Products): Node {
  const nodes = operands.map(({ node }) => node);
  const parameters = [operands.map(({ labels }) => labels), output];
  const unmeasured = { label, parameters, dtype, ndim: output.length };
  if (nodes.every((node) => isKnownGrid(node.grid))) checkLengths(label, operands, exact);
  return whenKnown(nodes, unmeasured, (known) => {
    const named = operands.map(({ node, labels }, number) => ({ node: known[number] ?? node, labels }));
    checkLengths(label, named, exact);
    return multiplyAll(dropRepeating(named), output, dtype);
  });
}

/** How long the axes of each name are; the longest of them, 1 aside. */
function lengthsOf(operands: readonly Labelled[]): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const { node, labels } of operands) {
    for (const [number, label] of labels.entries()) {
      const length = node.shape[number] ?? 1;
      if (length !== 1 || !lengths.has(label)) lengths.set(label, length);
    }
  }
  return lengths;
}

function checkLengths(label: string, operands: readonly Labelled[], exact: readonly string[]): void {
  const lengths = lengthsOf(operands);
  for (const { node, labels } of operands) {
    for (const [number, name] of labels.entries()) {
      const [length, other] = [node.shape[number] ?? 1, lengths.get(name) ?? 1];
      if (length === other || (length === 1 && !exact.includes(name))) continue;
      const shapes = operands.map((operand) => formatShape(operand.node.shape)).join(" and ");
      throw new BrambleError(
        "SHAPE_MISMATCH",
        `\`${label}\` of arrays of shape ${shapes} does not fit: axes of ${length} and ${other} elements meet`,
      );
    }
  }
}

/** Takes away axes of length 1 that go along with longer ones. */
function dropRepeating(operands: readonly Labelled[]): Labelled[] {
  const lengths = lengthsOf(operands);
  return operands.map(({ node, labels }) => {
    const goes = labels.flatMap((label, number) =>
      node.shape[number] === 1 && lengths.get(label) !== 1 ? [number] : [],
    );
    if (goes.length === 0) return { node, labels };
    return { node: dropAxes(node, goes), labels: labels.filter((_, number) => !goes.includes(number)) };
  });
}

function multiplyAll(operands: readonly Labelled[], output: readonly string[], dtype: DType): Node {
  const left = operands.map((operand) => ({ ...operand, node: cast(operand.node, dtype) }));
  while (left.length > 1) {
    const [first, second] = cheapestPair(left, output);
    const b = left.splice(second, 1)[0];
    const a = left.splice(first, 1)[0];
    if (a === undefined || b === undefined) break;
    const keeps = (label: string): boolean =>
      output.includes(label) || left.some(({ labels }) => labels.includes(label));
    // What one of both has alone and nobody else wants is summed first: then there is less to multiply.
    const alone = (other: Labelled) => (label: string) => keeps(label) || other.labels.includes(label);
    left.push(contract(sumOver(a, alone(b)), sumOver(b, alone(a)), keeps, dtype));
  }
  const [last] = left;
  if (last === undefined) throw new BrambleError("INTERNAL", "a product of nothing");
  const summed = sumOver(last, (label) => output.includes(label));
  return permute(
    arrange(summed, summed.labels, dtype),
    output.map((label) => summed.labels.indexOf(label)),
  );
}

/** Sums over the axes whose names are not kept. */
function sumOver({ node, labels }: Labelled, keeps: (label: string) => boolean): Labelled {
  const axis = labels.flatMap((label, number) => (keeps(label) ? [] : [number]));
  if (axis.length === 0) return { node, labels };
  return { node: cast(reduction("sum", node, { axis }), node.dtype), labels: labels.filter(keeps) };
}

/** The two arrays whose product takes the fewest multiplications. */
function cheapestPair(operands: readonly Labelled[], output: readonly string[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 1];
  if (operands.length === 2) return best;
  const lengths = lengthsOf(operands);
  let least = Number.POSITIVE_INFINITY;
  for (const [first, a] of operands.entries()) {
    for (const [later, b] of operands.slice(first + 1).entries()) {
      const labels = new Set([...a.labels, ...b.labels]);
      const cost = [...labels].reduce((work, label) => work * (lengths.get(label) ?? 1), 1);
      // Of equal work the one that leaves less.
      const rest = [...labels].filter((label) => output.includes(label)).length;
      const weighed = cost * (1 + rest * 1e-6);
      if (weighed < least) {
        least = weighed;
        best = [first, first + 1 + later];
      }
    }
  }
  return best;
}
