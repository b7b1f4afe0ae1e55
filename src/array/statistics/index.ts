import * as functions from "./functions.js";

/** What is known of elements together: means, spreads and how they hang together. */
export const statisticsFunctions = { ...functions };

export type {
  AverageOptions,
  BincountOptions,
  CorrelationOptions,
  CovarianceOptions,
  DiffOptions,
  GradientOptions,
  HistogramddOptions,
  HistogramOptions,
  MedianOptions,
  PushOptions,
  QuantileOptions,
} from "./functions.js";
export type { QuantileMethod } from "./order.js";
export type { Weights } from "./weights.js";
