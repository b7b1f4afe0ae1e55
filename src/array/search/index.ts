import * as functions from "./functions.js";

/** Functions that look for elements. */
export const searchFunctions = { ...functions };

export type {
  DigitizeOptions,
  InterpOptions,
  IsinOptions,
  SearchOptions,
  UniqueOptions,
  UniqueResult,
} from "./functions.js";
