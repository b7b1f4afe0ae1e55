export * from "./complex.js";
export * from "./dtype.js";
export * from "./promotion.js";
export * from "./results.js";
export * from "./scalar.js";
