// What `bramble-dataframe` exports.

export * from "../dataframe/index.js";
