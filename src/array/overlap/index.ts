import * as functions from "./functions.js";

/** Functions of blocks and what lies around them. */
export const overlapFunctions = { ...functions };

export type { MapOverlapOptions, OverlapOptions, WindowOptions } from "./functions.js";
export type { Boundary } from "./overlap.js";
