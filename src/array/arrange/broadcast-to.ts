import { realType } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Grid } from "../../generated/layers.js";
import {
  axisLength,
  createNode,
  isPaired,
  type Node,
  pairNode,
  regularAxis,
  sameAxis,
  sameGrid,
} from "../../graph/index.js";
import { broadcast } from "../broadcast.js";
import { autoGrid, normalizeChunks } from "../chunks.js";
import { gather } from "../rechunk.js";
import { checkShape, formatShape } from "../shape.js";
import { whenKnown } from "../when-known.js";

/** An array repeated along axes of length 1 and new axes in front. */
export function broadcastTo(node: Node, shape: unknown, chunks: unknown): Node {
  const target = checkShape(shape, "shape");
  const unmeasured = {
    label: "broadcast",
    parameters: [target, chunks],
    dtype: node.dtype,
    ndim: target.length,
  };
  return whenKnown([node], unmeasured, ([known = node]) => broadcastKnown(known, target, chunks));
}

function broadcastKnown(node: Node, target: readonly number[], chunks: unknown): Node {
  const missing = target.length - node.shape.length;
  const isFitting =
    missing >= 0 && node.shape.every((length, axis) => length === 1 || length === target[axis + missing]);
  if (!isFitting) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `An array of shape ${formatShape(node.shape)} does not broadcast to shape ${formatShape(target)}`,
    );
  }
  const context = { shape: target, dtype: node.dtype };
  if (chunks !== undefined) return repeatOver(node, normalizeChunks(chunks, context));
  // Axes that stay keep their chunks; those that repeat are cut so that blocks do not grow too large.
  const kept = target.map((length, axis) =>
    node.shape[axis - missing] === length ? node.grid[axis - missing] : undefined,
  );
  return repeatOver(node, autoGrid(kept, context));
}

/** Arrays repeated so that all have the shape that they broadcast to. */
export function broadcastArrays(nodes: readonly Node[]): Node[] {
  const ndim = Math.max(0, ...nodes.map((node) => node.shape.length));
  return nodes.map((node, number) => {
    const unmeasured = { label: "broadcast", parameters: number, dtype: node.dtype, ndim };
    return whenKnown(nodes, unmeasured, (known) => {
      const { grid, nodes: aligned } = broadcast(known);
      return repeatOver(aligned[number] ?? node, grid);
    });
  });
}

/** An array repeated over the blocks of a grid to whose shape it broadcasts. */
export function repeatOver(node: Node, grid: Grid): Node {
  if (isPaired(node)) {
    const [re, im] = node.inputs;
    return pairNode("broadcast", [repeatOver(re, grid), repeatOver(im, grid)]);
  }
  const missing = grid.length - node.grid.length;
  const aligned = gather(
    node,
    node.grid.map((axis, number) => {
      const wanted = grid[number + missing] ?? axis;
      return axisLength(axis) !== 1 || sameAxis(axis, wanted) ? wanted : regularAxis(1, 1);
    }),
  );
  if (sameGrid(aligned.grid, grid)) return aligned;
  const operand = { dtype: realType(node.dtype), grid: aligned.grid, origin: { input: 0 } };
  return createNode({
    label: "broadcast",
    kind: { map: { program: { steps: [], result: { operand: 0 } }, operands: [operand] } },
    dtype: node.dtype,
    grid,
    inputs: [aligned],
  });
}
