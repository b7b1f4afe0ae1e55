export * from "./axis.js";
export * from "./axis-groups.js";
export { NO_ENTRY } from "./call-tables.js";
export * from "./collect.js";
export * from "./deferred.js";
export * from "./encode.js";
export * from "./grid.js";
export * from "./node.js";
export * from "./store.js";
