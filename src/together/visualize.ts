import { invalid } from "../check.js";
import { drawFrame } from "../dataframe/draw.js";
import { FRAME } from "../dataframe/data-frame.js";
import { type VisualizeOptions, visualizeNodes } from "../diagnostics/visualize.js";
import { collectionsIn, nodesOf } from "./collections.js";

/**
 * Draws the graph behind several arrays, bags and delayed values, with what they have in common once, and the queries of
 * data frames beside it; they may stand in lists, objects, maps and sets. The file ends in `.svg`, `.png` or `.dot`
 * (Graphviz's language). With data frames layers are drawn, not tasks.
 *
 * @returns without a file the picture as SVG.
 * @throws {BrambleError} `INVALID_ARGUMENT` if there is nothing to draw, or there would be too many nodes;
 *   `FILE_NOT_FOUND` for a folder that is not there, `FILE_ACCESS`, `DISK_FULL`.
 * @example
 * await visualize([x.sum(), x.mean()], "graph.svg", { color: "order" });
 */
export function visualize(collections: unknown, options?: VisualizeOptions): Promise<string>;
export function visualize(collections: unknown, file: string, options?: VisualizeOptions): Promise<void>;
export async function visualize(
  collections: unknown,
  file?: unknown,
  options?: unknown,
): Promise<string | void> {
  const found = collectionsIn([collections]);
  const nodes = nodesOf(found);
  if (nodes.length === 0 && found.frames.length === 0)
    throw invalid("collections", "collections", collections);
  const frames = found.frames.map((frame) => drawFrame(frame[FRAME]));
  return visualizeNodes(nodes, file, options, frames);
}
