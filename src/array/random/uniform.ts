import type { DType } from "../../dtype/index.js";
import { createNode, type Node } from "../../graph/index.js";
import { normalizeChunks } from "../chunks.js";

/** A key of Philox as its low and high halves of 32 bits. */
export type Key = readonly number[];

/** Random numbers of a sequence in row-major order: uniform in [0, 1), or of `uint64` all bits. */
export function randomNode(
  label: string,
  { key, shape, chunks, dtype }: { key: Key; shape: readonly number[]; chunks: unknown; dtype: DType },
): Node {
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
  return createNode({
    label,
    kind: { create: { random: { key: [...key] as [number, number, number, number], first: 0, strides } } },
    dtype,
    grid: normalizeChunks(chunks, { shape, dtype }),
  });
}
