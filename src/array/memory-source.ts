import { createNode, type Node } from "../graph/index.js";
import { normalizeChunks } from "./chunks.js";
import { cast } from "./map.js";
import type { NDArray } from "./ndarray.js";
import { selectAll } from "./selection.js";
import type { NodeArray } from "./stages.js";

/** A source over what was computed, in the blocks that it was made in. */
export function computedSource(label: string, { data, dtype, shape, grid }: NodeArray): Node {
  const selection = selectAll(shape.length);
  const source = { store: { memory: { buffer: 0 } }, shape, selection, decoded_chunks: null };
  return createNode({ label, kind: { source }, dtype, grid, buffer: data });
}

/** A source over data in memory, which is referenced where it lies in row-major order and copied otherwise. */
export function memorySource(array: NDArray, chunks: unknown): Node {
  const { shape, data } = array.contiguous();
  const dtype = array.dtype === "bool" ? "uint8" : array.dtype;
  const node = createNode({
    label: "array",
    kind: {
      source: {
        // The number is given when the graph is collected.
        store: { memory: { buffer: 0 } },
        shape,
        selection: selectAll(shape.length),
        decoded_chunks: null,
      },
    },
    dtype,
    grid: normalizeChunks(chunks, { shape, dtype }),
    buffer: data,
  });
  // A byte of a bool array that somebody else made may be anything.
  return array.dtype === "bool" ? cast(node, "bool") : node;
}
