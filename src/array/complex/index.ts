import * as functions from "./functions.js";

/** Functions of complex numbers. */
export const complexFunctions = { ...functions };

export type { AngleOptions } from "./functions.js";
