import { invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import type { Node } from "../../graph/index.js";
import { diagonal } from "../arrange/diagonal.js";
import { addAxes } from "../arrange/dims.js";
import { reshape } from "../arrange/reshape.js";
import { conjugate } from "../complex/parts.js";
import { promoteOperands } from "../operand.js";
import { checkAxis, formatShape } from "../shape.js";
import { binary, reduction } from "../statistics/node-math.js";
import { sumOfProducts } from "./products.js";

/** Names for the axes of one of two arrays, of which some meet those of the other. */
type Names = readonly string[];

/** Names for `count` axes: `a0`, `a1` … */
function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `${prefix}${number}`);
}

function multiply(
  label: string,
  [a, b]: readonly [Node, Node],
  [left, right]: readonly [Names, Names],
  output: Names,
): Node {
  const operands = [
    { node: a, labels: left },
    { node: b, labels: right },
  ];
  const exact = left.filter((name) => name.startsWith("shared"));
  return sumOfProducts({ label, operands, output, exact, dtype: promoteOperands([a, b]).dtype });
}

/** The matrix product; axes before the last two go side by side. */
export function matmul(a: Node, b: Node): Node {
  if (a.shape.length === 0 || b.shape.length === 0) {
    const shapes = [a, b].map(({ shape }) => formatShape(shape)).join(" and ");
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `\`matmul\` takes arrays with axes, these have shapes ${shapes}`,
    );
  }
  // What goes side by side is named from the last one, so that those of fewer axes meet the right ones.
  const side = ({ shape }: Node): string[] => names("side", Math.max(0, shape.length - 2)).reverse();
  const rows = a.shape.length > 1 ? ["row"] : [];
  const columns = b.shape.length > 1 ? ["column"] : [];
  const sides = a.shape.length > b.shape.length ? side(a) : side(b);
  return multiply(
    "matmul",
    [a, b],
    [
      [...side(a), ...rows, "shared"],
      [...side(b), "shared", ...columns],
    ],
    [...sides, ...rows, ...columns],
  );
}

/** The sum over the last axis of the first array and the last but one of the second. */
export function dot(a: Node, b: Node): Node {
  if (a.shape.length === 0 || b.shape.length === 0) return binary("multiply", a, b);
  const [left, right] = [names("a", a.shape.length - 1), names("b", b.shape.length - 1)];
  const place = Math.max(0, right.length - 1);
  const named = right.length === 0 ? ["shared"] : [...right.slice(0, place), "shared", ...right.slice(place)];
  return multiply("dot", [a, b], [[...left, "shared"], named], [...left, ...right]);
}

/** The sum over the last axes of both. */
export function inner(a: Node, b: Node): Node {
  if (a.shape.length === 0 || b.shape.length === 0) return binary("multiply", a, b);
  const [left, right] = [names("a", a.shape.length - 1), names("b", b.shape.length - 1)];
  return multiply(
    "inner",
    [a, b],
    [
      [...left, "shared"],
      [...right, "shared"],
    ],
    [...left, ...right],
  );
}

/** The sum of the products of all elements, in row-major order. */
export function vdot(a: Node, b: Node): Node {
  return dot(conjugate(ravel(a)), ravel(b));
}

/** All products of an element of one with one of the other. */
export function outer(a: Node, b: Node): Node {
  return multiply("outer", [ravel(a), ravel(b)], [["a"], ["b"]], ["a", "b"]);
}

function ravel(node: Node): Node {
  return node.shape.length === 1 ? node : reshape(node, -1, { mergeChunks: true });
}

/** The sum over pairs of axes: the last `axes` of the first array with the first of the second, or those listed. */
export function tensordot(a: Node, b: Node, axes: unknown): Node {
  const [first, second] = pairsOf(axes, a.shape.length, b.shape.length);
  const [left, right] = [names("a", a.shape.length), names("b", b.shape.length)];
  for (const [number, axis] of first.entries()) {
    left[axis] = `shared${number}`;
    right[second[number] ?? 0] = `shared${number}`;
  }
  const output = [...left, ...right].filter((name) => !name.startsWith("shared"));
  return multiply("tensordot", [a, b], [left, right], output);
}

function pairsOf(axes: unknown, ndimA: number, ndimB: number): readonly [number[], number[]] {
  if (Number.isInteger(axes) && (axes as number) >= 0 && (axes as number) <= Math.min(ndimA, ndimB)) {
    const count = axes as number;
    const numbers = [...Array(count).keys()];
    return [numbers.map((number) => ndimA - count + number), numbers];
  }
  const expected = "a number of axes, or as many axes of each array";
  if (!Array.isArray(axes) || axes.length !== 2) throw invalid(expected, "options.axes", axes);
  const [first = [], second = []] = axes.map((list: unknown, side) => {
    const given: readonly unknown[] = Array.isArray(list) ? list : [list];
    const name = `options.axes[${side}]`;
    return given.map((axis) => checkAxis(axis, name, side === 0 ? ndimA : ndimB));
  });
  const isPaired = first.length === second.length;
  if (!isPaired || [first, second].some((list) => new Set(list).size < list.length)) {
    throw invalid(expected, "options.axes", axes);
  }
  return [first, second];
}

/** Kronecker's product: the second array for each element of the first, multiplied by it. */
export function kron(a: Node, b: Node): Node {
  const ndim = Math.max(a.shape.length, b.shape.length);
  const whole = ({ shape }: Node): number[] => [...Array(ndim - shape.length).keys()];
  const [left, right] = [addAxes(a, ndim, whole(a)), addAxes(b, ndim, whole(b))];
  const [outerNames, innerNames] = [names("a", ndim), names("b", ndim)];
  const output = outerNames.flatMap((name, axis) => [name, innerNames[axis] ?? ""]);
  const products = multiply("kron", [left, right], [outerNames, innerNames], output);
  const shape = left.shape.map((length, axis) => length * (right.shape[axis] ?? 1));
  return reshape(products, shape, { mergeChunks: true });
}

/** The sum of the diagonal of two axes. */
export function trace(x: Node, offset: unknown, axis1: unknown, axis2: unknown): Node {
  return reduction("sum", diagonal(x, offset, axis1, axis2), { axis: -1 });
}
