import { invalid } from "../check.js";
import type { DataFrame } from "./data-frame.js";
import type { FrameNode } from "./node.js";

/** Where a frame keeps how it is made; the same in every copy of the package. */
export const FRAME: unique symbol = Symbol.for("bramble.frame");

/** Whether a value is a data frame. */
export function hasFrame(value: unknown): value is DataFrame {
  return typeof value === "object" && value !== null && FRAME in value;
}

/** The query of a frame. */
export function nodeOf(value: unknown, name: string): FrameNode {
  if (hasFrame(value)) return value[FRAME];
  throw invalid("a data frame", name, value);
}
