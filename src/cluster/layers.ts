import type { Node } from "../graph/index.js";
import { wantsScratch } from "../graph/scratch.js";

/** Why a cluster does not compute a node; undefined if it does. */
export function refusalOf({ name, calls }: Node): string | undefined {
  const isShared = calls?.args.some((list) => list.some(wantsScratch)) ?? false;
  return isShared ? `${name} needs a folder that all who work for it see` : undefined;
}
