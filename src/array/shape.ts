import { describe, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import { product } from "../graph/grid.js";

/** A shape as NumPy writes it: `(3, 4)`, `(5,)`, `()`. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** Checks a shape that somebody wrote: a length, or one for each axis. */
export function checkShape(value: unknown, name: string): readonly number[] {
  const shape: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [axis, length] of shape.entries()) {
    if (!Number.isSafeInteger(length) || (length as number) < 0) {
      throw invalid("a length from 0 to 2^53 - 1", Array.isArray(value) ? `${name}[${axis}]` : name, length);
    }
  }
  return checkSize(shape as readonly number[]);
}

/** Refuses arrays with more elements than JavaScript counts. */
export function checkSize(shape: readonly number[]): readonly number[] {
  // The size is NaN where a length is unknown.
  if (!(product(shape) > Number.MAX_SAFE_INTEGER)) return shape;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `An array of shape ${formatShape(shape)} has more than 2^53 - 1 elements`,
  );
}

/** Which axis positions belong to, and how errors call what gave them. */
export interface Place {
  readonly name: string;
  readonly axis: number;
}

/** What is said of a position that an axis does not have. */
export function outOfBounds(
  { name, axis }: Place,
  value: unknown,
  length: number,
  what = "elements",
): BrambleError {
  return new BrambleError(
    "OUT_OF_BOUNDS",
    `\`${name}\` is ${describe(value)}, but axis ${axis} has ${length} ${what}`,
  );
}

/** Checks the number of an axis; negative ones count from the end. */
export function checkAxis(value: unknown, name: string, ndim: number): number {
  if (!Number.isSafeInteger(value)) throw invalid("an integer", name, value);
  const axis = (value as number) < 0 ? (value as number) + ndim : (value as number);
  if (axis >= 0 && axis < ndim) return axis;
  throw new BrambleError(
    "OUT_OF_BOUNDS",
    `\`${name}\` is ${describe(value)}, but the array has ${ndim} ${ndim === 1 ? "axis" : "axes"}`,
  );
}
