export type { Delayed } from "./delayed.js";
export { delayed, type DelayedFunction, type DelayedOptions } from "./delay.js";
export type { FromDelayedOptions, NestedDelayed } from "./from-delayed.js";
export { get, type Graph, type Keys } from "./graph.js";
export { compute } from "./together.js";
export { tokenize } from "./tokenize.js";
export type { Lazy, LazyArguments, MethodOf, Resolved } from "./types.js";
