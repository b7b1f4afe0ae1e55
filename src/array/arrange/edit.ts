import { checkInteger, invalid } from "../../check.js";
import type { Node } from "../../graph/index.js";
import { cast } from "../map.js";
import { select } from "../select.js";
import { checkAxis, outOfBounds } from "../shape.js";
import { Slice } from "../slice.js";
import { whenKnown } from "../when-known.js";
import { broadcastTo } from "./broadcast-to.js";
import { concatenateNodes } from "./concatenate.js";
import { addAxes } from "./dims.js";
import { listOf, moveaxis } from "./permute.js";
import { reshape } from "./reshape.js";
import { sliceAlong } from "./roll.js";

const PLAN = { mergeChunks: true };

/** Puts values behind an array: along an axis, or behind all of its elements as one axis. */
export function append(node: Node, values: Node, axis: unknown): Node {
  if (axis === undefined) return concatenateNodes([reshape(node, -1, PLAN), reshape(values, -1, PLAN)], 0);
  return concatenateNodes([node, values], checkAxis(axis, "options.axis", node.shape.length));
}

/** Puts values before positions of an axis; without an axis of the array as one. */
export function insert(node: Node, at: unknown, values: Node, axis: unknown): Node {
  if (axis === undefined) return insert(reshape(node, -1, PLAN), at, values, 0);
  const along = checkAxis(axis, "options.axis", node.shape.length);
  const unmeasured = {
    label: "insert",
    parameters: [String(at), along],
    dtype: node.dtype,
    ndim: node.shape.length,
  };
  return whenKnown([node, values], unmeasured, ([known = node, given = values]) =>
    insertKnown(known, at, given, along),
  );
}

function insertKnown(node: Node, at: unknown, values: Node, along: number): Node {
  const length = node.shape[along] ?? 0;
  const places = readPositions(at, along, length, length);
  const isSingle = typeof at === "number";
  // Values for one position may be several; values for several positions are one each.
  const turned = isSingle && values.shape.length > 0 ? moveFirst(values, node.shape.length, along) : values;
  const count = isSingle ? (turned.shape.at(along - node.shape.length) ?? 1) : places.length;
  const shape = node.shape.map((total, number) => (number === along ? count : total));
  const given = cast(broadcastTo(turned, shape, undefined), node.dtype);
  const order = isSingle ? [0] : [...places.keys()].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const pieces: Node[] = [];
  let done = 0;
  for (const number of order) {
    const place = places[number] ?? 0;
    if (place > done) pieces.push(sliceAlong(node, along, done, place));
    pieces.push(isSingle ? given : sliceAlong(given, along, number, number + 1));
    done = place;
  }
  if (done < length || pieces.length === 0) pieces.push(sliceAlong(node, along, done, length));
  return concatenateNodes(pieces, along);
}

/** Values for one position, whose first axis is that of the array; a value for each other element has none. */
function moveFirst(values: Node, ndim: number, along: number): Node {
  const full = addAxes(
    values,
    Math.max(ndim, values.shape.length),
    Array.from({ length: Math.max(0, ndim - values.shape.length) }, (_, place) => place),
  );
  return moveaxis(full, 0, along);
}

/** Takes positions of an axis away; without an axis of the array as one. */
export function deleteFrom(node: Node, at: unknown, axis: unknown): Node {
  if (axis === undefined) return deleteFrom(reshape(node, -1, PLAN), at, 0);
  const along = checkAxis(axis, "options.axis", node.shape.length);
  const unmeasured = {
    label: "delete",
    parameters: [String(at), along],
    dtype: node.dtype,
    ndim: node.shape.length,
  };
  return whenKnown([node], unmeasured, ([known = node]) => deleteKnown(known, at, along));
}

function deleteKnown(node: Node, at: unknown, along: number): Node {
  const length = node.shape[along] ?? 0;
  const places = [...new Set(readPositions(at, along, length, length - 1))].sort((a, b) => a - b);
  const pieces: Node[] = [];
  let start = 0;
  for (const place of [...places, length]) {
    if (place > start) pieces.push(sliceAlong(node, along, start, place));
    start = place + 1;
  }
  if (pieces.length > 0) return concatenateNodes(pieces, along);
  return select(
    node,
    node.shape.map((_, number) => (number === along ? "0:0" : ":")),
  );
}

/** The positions that an integer, a list of them or a slice means, of an axis of `length`. */
function readPositions(at: unknown, axis: number, length: number, most: number): number[] {
  if (at instanceof Slice || typeof at === "string") {
    const slice = typeof at === "string" ? Slice.parse(at, "index") : at;
    const { start, step, count } = slice.resolve(length);
    return Array.from({ length: count }, (_, number) => start + step * number);
  }
  const isList = Array.isArray(at) || typeof at === "number";
  if (!isList) throw invalid("an integer, a list of them or a slice", "index", at);
  return listOf(at).map((value, number) => {
    const name = Array.isArray(at) ? `index[${number}]` : "index";
    const position = checkInteger(value, name);
    const place = position < 0 ? position + length : position;
    if (place >= 0 && place <= most) return place;
    throw outOfBounds({ name, axis }, position, length);
  });
}
