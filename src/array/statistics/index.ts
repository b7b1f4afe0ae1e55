import * as functions from "./functions.js";

/** What is known of elements together: means, spreads and how they hang together. */
export const statisticsFunctions = { ...functions };

export type {
  AverageOptions,
  CorrelationOptions,
  CovarianceOptions,
  DiffOptions,
} from "./functions.js";
