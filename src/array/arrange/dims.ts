import { BrambleError } from "../../errors.js";
import type { Node } from "../../graph/index.js";
import { select } from "../select.js";
import { formatShape } from "../shape.js";
import { checkAxes, listOf } from "./permute.js";

/** Takes away axes of length 1: all of them, or those given. */
export function squeeze(node: Node, axis: unknown): Node {
  const { shape } = node;
  const goes =
    axis === undefined
      ? [...shape.keys()].filter((number) => shape[number] === 1)
      : checkAxes(listOf(axis), "options.axis", shape.length);
  const long = goes.find((number) => shape[number] !== 1);
  if (long !== undefined) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `Axis ${long} of an array of shape ${formatShape(shape)} has ${shape[long]} elements and cannot go`,
    );
  }
  return select(
    node,
    shape.map((_, number) => (goes.includes(number) ? 0 : ":")),
  );
}

/** Adds axes of length 1, at these places of the result. */
export function expandDims(node: Node, axis: unknown): Node {
  const places = listOf(axis);
  const ndim = node.shape.length + places.length;
  return addAxes(node, ndim, checkAxes(places, "axis", ndim));
}

/** An array of `ndim` axes of which those at `places` are new. */
export function addAxes(node: Node, ndim: number, places: readonly number[]): Node {
  return select(
    node,
    Array.from({ length: ndim }, (_, place) => (places.includes(place) ? null : ":")),
  );
}

/** Adds axes of length 1 as NumPy does until there are so many: in front, and of three the last one behind. */
export function atLeast(node: Node, ndim: 1 | 2 | 3): Node {
  const missing = Math.max(0, ndim - node.shape.length);
  if (ndim < 3 || missing !== 1) {
    const behind =
      ndim === 3 && missing === 2 ? [0, 2] : Array.from({ length: missing }, (_, place) => place);
    return addAxes(node, node.shape.length + missing, behind);
  }
  return addAxes(node, 3, [2]);
}
