import { checkBoolean, checkInteger, checkOptions } from "../../check.js";
import type { ReshapePlan } from "./reshape.js";

/** The fields of an options object that has no others than these. */
export function readOptions<K extends string>(
  options: unknown,
  names: readonly K[],
): Readonly<Partial<Record<K, unknown>>> {
  checkOptions(options, "options", names);
  return options as Readonly<Partial<Record<K, unknown>>>;
}

/** How a reshape cuts blocks, as it was written. */
export function readReshapeOptions(options: unknown): ReshapePlan {
  const { mergeChunks = true, limit } = readOptions(options, ["mergeChunks", "limit"]);
  return {
    mergeChunks: checkBoolean(mergeChunks, "options.mergeChunks"),
    ...(limit !== undefined && { limit: checkInteger(limit, "options.limit", 1) }),
  };
}
