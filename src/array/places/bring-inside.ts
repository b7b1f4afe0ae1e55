import { checkOneOf } from "../../check.js";
import { binary } from "../composed/build.js";
import type { LazyArray } from "../lazy-array.js";

/** What becomes of a position that an axis does not have. */
export const OUTSIDE = ["clip", "wrap"] as const;

/** `"clip"`: the nearest position that there is. `"wrap"`: counted on from the other end. */
export type Outside = (typeof OUTSIDE)[number];

/** Positions brought to `0 … length - 1`. */
export function bringInside(positions: LazyArray, length: number, mode: unknown): LazyArray {
  if (checkOneOf(mode, "options.mode", OUTSIDE) === "wrap") return binary("remainder", positions, length);
  return binary("minimum", binary("maximum", positions, 0), length - 1);
}
