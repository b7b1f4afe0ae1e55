import { invalid } from "../../check.js";
import { createNode, type Node } from "../../graph/index.js";
import { checkAxis } from "../shape.js";

/** Axes in another order: axis `n` of the result is axis `axes[n]`. */
export function permute(node: Node, axes: readonly number[]): Node {
  if (axes.every((axis, place) => axis === place)) return node;
  const [behind] = node.inputs;
  if ("permute" in node.kind && behind !== undefined) {
    const inner = node.kind.permute.axes;
    return permute(
      behind,
      axes.flatMap((axis) => inner.slice(axis, axis + 1)),
    );
  }
  return createNode({
    label: "transpose",
    kind: { permute: { axes } },
    dtype: node.dtype,
    grid: axes.flatMap((axis) => node.grid.slice(axis, axis + 1)),
    inputs: [node],
  });
}

/** All axes, in the order given or, without one, backwards. */
export function transpose(node: Node, axes: unknown): Node {
  const ndim = node.shape.length;
  if (axes === undefined) return permute(node, numbersBelow(ndim).reverse());
  if (!Array.isArray(axes) || axes.length !== ndim) {
    throw invalid(`a list of ${ndim} axes`, "axes", axes);
  }
  return permute(node, checkAxes(axes, "axes", ndim));
}

/** Moves axes to other places; the others keep their order. */
export function moveaxis(node: Node, source: unknown, destination: unknown): Node {
  const ndim = node.shape.length;
  const [from, to] = [
    checkAxes(listOf(source), "source", ndim),
    checkAxes(listOf(destination), "destination", ndim),
  ];
  if (from.length !== to.length) throw invalid(`as many axes as \`source\` has`, "destination", destination);
  const stay = numbersBelow(ndim).filter((axis) => !from.includes(axis));
  const order = numbersBelow(ndim).map((place) => {
    const moved = from[to.indexOf(place)];
    return to.includes(place) && moved !== undefined ? moved : (stay.shift() ?? 0);
  });
  return permute(node, order);
}

/** Moves an axis in front of another place. */
export function rollaxis(node: Node, axis: unknown, start: unknown): Node {
  const ndim = node.shape.length;
  const from = checkAxis(axis, "axis", ndim);
  // The place behind the last axis is one too.
  const place = start === ndim ? ndim : checkAxis(start, "start", ndim);
  return moveaxis(node, from, place > from ? place - 1 : place);
}

/** Exchanges two axes. */
export function swapaxes(node: Node, axis1: unknown, axis2: unknown): Node {
  const ndim = node.shape.length;
  const [first, second] = [checkAxis(axis1, "axis1", ndim), checkAxis(axis2, "axis2", ndim)];
  return permute(
    node,
    numbersBelow(ndim).map((axis) => (axis === first ? second : axis === second ? first : axis)),
  );
}

/** Checks for different axes of an array; negative ones count from the end. */
export function checkAxes(values: readonly unknown[], name: string, ndim: number): number[] {
  // A list with holes has no axis there, rather than fewer.
  const axes = Array.from(values, (value, index) => checkAxis(value, `${name}[${index}]`, ndim));
  if (new Set(axes).size < axes.length) throw invalid("different axes", name, values);
  return axes;
}

/** A list as it is, anything else as a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** 0, 1, 2 … */
export function numbersBelow(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}
