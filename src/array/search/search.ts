import { checkBoolean, checkOneOf, invalid } from "../../check.js";
import { isComplex } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { axisBlocks, isKnownAxis, type Node } from "../../graph/index.js";
import { flip } from "../arrange/roll.js";
import { reshape } from "../arrange/reshape.js";
import { full } from "../create.js";
import { cast } from "../map.js";
import { promoteOperands } from "../operand.js";
import { gather } from "../rechunk.js";
import { formatShape } from "../shape.js";
import { along, dropAxes, oneChunk } from "../statistics/along.js";
import { binary, unary } from "../statistics/node-math.js";
import { keysOf, topk } from "../statistics/top.js";
import { whenKnown } from "../when-known.js";

/** For each element of `x` how many of the sorted elements come before it, or before and beside it. */
export function find(x: Node, sorted: Node, isRight: boolean): Node {
  const { dtype } = promoteOperands([x, sorted]);
  if (isComplex(dtype)) return findComplex(cast(x, dtype), cast(sorted, dtype), isRight);
  const [length = 0] = sorted.shape;
  const among = cast(
    axisBlocks(sorted.grid[0] ?? []) === 1 ? sorted : gather(sorted, [oneChunk(length)]),
    dtype,
  );
  const op = { find: { right: isRight } };
  const found = along({ label: "search", op, axes: [], length: 1, dtype: "int64" }, [cast(x, dtype), among]);
  return dropAxes(found, [x.shape.length]);
}

/** The same of complex numbers, found among integers that are in the same order. */
function findComplex(x: Node, among: Node, isRight: boolean): Node {
  const [re, im] = keysOf(among).map(sorted) as [Node, Node];
  const steps = 2 * (among.shape[0] ?? 0) + 1;
  const order = (elements: Node): Node => {
    const [first, second] = keysOf(elements) as [Node, Node];
    return binary("add", binary("multiply", stepOf(first, re), BigInt(steps)), stepOf(second, im));
  };
  return find(order(x), order(among), isRight);
}

/** An odd or even number of steps, whether a value is equal to one of the sorted ones or lies between two. */
function stepOf(values: Node, among: Node): Node {
  return binary("add", find(values, among, false), find(values, among, true));
}

/** The places at which elements of `v` keep a sorted vector sorted. */
export function searchsorted(a: Node, v: Node, side: unknown): Node {
  const isRight = checkOneOf(side, "options.side", ["left", "right"]) === "right";
  checkVector(a, "a");
  if (isKnownAxis(a.grid[0] ?? [])) return find(v, a, isRight);
  const unmeasured = { label: "search", parameters: isRight, dtype: "int64", ndim: v.shape.length } as const;
  return whenKnown([a, v], unmeasured, ([sorted = a, x = v]) => find(x, sorted, isRight));
}

function checkVector({ shape }: Node, name: string): void {
  if (shape.length === 1) return;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `Expected an array of one axis for \`${name}\` but received one of shape ${formatShape(shape)}`,
  );
}

/** The numbers of the bins in which elements lie; bins ascend or descend. */
export function digitize(x: Node, bins: Node, edges: readonly unknown[] | undefined, right: unknown): Node {
  checkVector(bins, "bins");
  const isRight = checkBoolean(right, "options.right");
  const side = isRight ? "left" : "right";
  if (edges === undefined || isMonotonic(edges, 1)) return searchsorted(bins, x, side);
  if (!isMonotonic(edges, -1)) throw invalid("numbers that ascend or descend", "bins", edges);
  return binary("subtract", edges.length, searchsorted(flip(bins, 0), x, side));
}

function isMonotonic(edges: readonly unknown[], sign: 1 | -1): boolean {
  return edges.every((edge, index) => index === 0 || sign * (Number(edge) - Number(edges[index - 1])) >= 0);
}

/** All elements in ascending order, NaN last. */
export function sorted(x: Node): Node {
  const flat = x.shape.length === 1 ? x : reshape(x, -1, { mergeChunks: true });
  const [length = 0] = flat.shape;
  return length === 0 ? flat : topk("sort", false, flat, -length, { axis: 0 });
}

/** Whether elements are among others. */
export function isin(x: Node, among: Node, invert: unknown): Node {
  const isInverted = checkBoolean(invert, "options.invert");
  const unmeasured = { label: "isin", parameters: isInverted, dtype: "bool", ndim: x.shape.length } as const;
  return whenKnown([x, among], unmeasured, ([elements = x, others = among]) => {
    const { dtype } = promoteOperands([elements, others]);
    const list = sorted(cast(others, dtype));
    const is =
      list.shape[0] === 0
        ? full("isin", elements.shape, false, { dtype: "bool" }, "bool")
        : binary("less", find(elements, list, false), find(elements, list, true));
    // Nothing equals NaN, not even itself.
    const there =
      dtype.startsWith("float") || isComplex(dtype)
        ? binary("logicalAnd", is, binary("equal", elements, elements))
        : is;
    return isInverted ? unary("logicalNot", there) : there;
  });
}
