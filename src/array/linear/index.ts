import * as functions from "./functions.js";

/** Products of arrays. */
export const linearFunctions = { ...functions };

export type { EinsumOptions, TensordotOptions } from "./functions.js";
