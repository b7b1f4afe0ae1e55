import { invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import type { Pick, Selection } from "../generated/layers.js";
import { formatShape, outOfBounds, type Place } from "./shape.js";
import { Slice } from "./slice.js";

/**
 * One entry of a basic index.
 *
 * - an integer: the element there, negative from the end; the axis goes
 * - a string such as `":"`, `"10:20"`, `"::-1"`, or a `slice(start, stop, step)`: as in Python
 * - `null`: a new axis of length 1
 * - `"..."`: all axes that no other entry speaks of
 */
export type Index = number | string | Slice | null;

/** Which chunks of an axis are meant: one, or a slice of them. */
export type BlockIndex = number | string | Slice;

/** What an entry takes of the axis that it speaks of. */
export type TakenOfAxis =
  | { readonly kind: "index"; readonly axis: number; readonly at: number }
  | {
      readonly kind: "slice";
      readonly axis: number;
      readonly start: number;
      readonly step: number;
      readonly count: number;
    };

/** What an entry takes, or the axis that it adds. */
export type Taken = TakenOfAxis | { readonly kind: "newAxis" };

/** The selection of everything. */
export function selectAll(ndim: number): Selection {
  return Array.from({ length: ndim }, () => ({ slice: { start: 0, step: 1 } }));
}

/** An entry as it travels. */
export function pickOf(taken: Taken): Pick {
  switch (taken.kind) {
    case "index":
      return { index: { at: taken.at } };
    case "slice":
      return { slice: { start: taken.start, step: taken.step } };
    case "newAxis":
      return "newaxis";
  }
}

/** Reads a basic index of an array of this shape: what it takes of each axis, and new axes in between. */
export function readIndex(index: readonly unknown[], shape: readonly number[]): Taken[] {
  let axis = -1;
  return expandEllipsis(index, shape).map(({ entry, name }) => {
    if (entry === null) return { kind: "newAxis" };
    axis += 1;
    return readEntry(entry, { name, axis }, shape[axis] ?? 0);
  });
}

/** Reads an entry of a basic index that is no new axis: what it takes of `length` elements, or whatever they are. */
export function readEntry(entry: unknown, place: Place, length: number, what?: string): TakenOfAxis {
  const { name, axis } = place;
  if (typeof entry === "number") {
    return { kind: "index", axis, at: readPosition(entry, place, length, what) };
  }
  const slice = readSlice(entry, name);
  return { kind: "slice", axis, ...(Number.isNaN(length) ? slice.resolveLater() : slice.resolve(length)) };
}

/** An entry of an index and how errors call it. */
export interface Entry {
  readonly entry: unknown;
  readonly name: string;
}

/**
 * The index with an entry for every axis.
 *
 * @param axesOf - how many axes an entry stands for.
 */
export function expandEllipsis(
  index: readonly unknown[],
  shape: readonly number[],
  axesOf = (entry: unknown): number => (entry === null ? 0 : 1),
): Entry[] {
  const entries = index.map((entry, number) => ({ entry, name: `index[${number}]` }));
  const isEllipsis = ({ entry }: Entry): boolean => typeof entry === "string" && entry.trim() === "...";
  const ellipses = entries.filter(isEllipsis).length;
  if (ellipses > 1) throw new BrambleError("INVALID_ARGUMENT", 'An index takes one "..." at most');
  const given = entries.reduce((sum, item) => sum + (isEllipsis(item) ? 0 : axesOf(item.entry)), 0);
  if (given > shape.length) {
    throw new BrambleError(
      "OUT_OF_BOUNDS",
      `The index speaks of ${given} axes, but an array of shape ${formatShape(shape)} has ${shape.length}`,
    );
  }
  const rest = Array.from({ length: shape.length - given }, () => ({ entry: ":", name: "index" }));
  if (ellipses === 0) return [...entries, ...rest];
  return entries.flatMap((item) => (isEllipsis(item) ? rest : [item]));
}

function readPosition(value: number, place: Place, length: number, what?: string): number {
  if (!Number.isSafeInteger(value)) throw invalid("an integer", place.name, value);
  // On an axis of unknown length it is looked at when the length is known.
  if (Number.isNaN(length)) return value;
  const at = value < 0 ? value + length : value;
  if (at >= 0 && at < length) return at;
  throw outOfBounds(place, value, length, what);
}

function readSlice(entry: unknown, name: string): Slice {
  if (entry instanceof Slice) return entry;
  if (typeof entry === "string") return Slice.parse(entry, name);
  throw invalid('an integer, a slice such as "1:10:2", null or "..."', name, entry);
}
