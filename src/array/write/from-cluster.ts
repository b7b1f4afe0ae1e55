import { computedSource } from "../memory-source.js";
import { callBlocks } from "../call-blocks.js";
import { NDArray } from "../ndarray.js";
import { select } from "../select.js";
import { type KeepLayers, keepNodes } from "../keep.js";
import { replaceNodes, type RunNodes } from "../stages.js";
import type { BlockInfo } from "../../engine/engine.js";
import {
  axisLengths,
  createNode,
  gridBlocks,
  inOrder,
  labelOf,
  type Node,
  product,
} from "../../graph/index.js";

/** Where elements are made, and where they are written. */
export interface Places {
  /** Has blocks made on the cluster, where they stay. */
  readonly keep: KeepLayers;
  /** Brings what nodes are computed to here. */
  readonly fetch: RunNodes;
  /** Computes nodes in this process, whose functions run in this thread. */
  readonly here: RunNodes;
}

/** Blocks that are on their way while one is written. */
const AHEAD = 2;

/**
 * The same nodes with what they write written: the elements are made on the cluster, where they wait, and come block by block
 * to this process, which alone writes, as fast as it does.
 */
export async function writtenFromCluster(
  nodes: readonly Node[],
  { keep, fetch, here }: Places,
): Promise<readonly Node[]> {
  let current = nodes;
  for (let writes = firstWrites(current); writes.length > 0; writes = firstWrites(current)) {
    const kept = await keepNodes(writes.map(elementsOf), keep);
    const local = writes.map((node, number) => ({
      node,
      written: withElements(node, fetched(kept[number] ?? elementsOf(node), fetch)),
    }));
    const answers = await here(local.map(({ written }) => written));
    const done = new Map<string, Node>();
    for (const [number, { node }] of local.entries()) {
      const answer = answers[number];
      if (answer !== undefined && !("values" in answer))
        done.set(node.token, computedSource(labelOf(node), answer));
    }
    current = replaceNodes(current, done);
  }
  return current;
}

/** Nodes that write, and need nothing that others write. */
function firstWrites(nodes: readonly Node[]): Node[] {
  const late = new Set<string>();
  return inOrder(nodes).filter((node) => {
    const isLate = node.inputs.some((input) => late.has(input.token));
    const writes = "write" in node.kind;
    if (writes || isLate) late.add(node.token);
    return writes && !isLate;
  });
}

function elementsOf(node: Node): Node {
  return node.inputs[0] ?? node;
}

function withElements(node: Node, elements: Node): Node {
  const { kind, dtype, grid } = node;
  if (!("write" in kind)) return node;
  return createNode({ label: labelOf(node), kind, dtype, grid, inputs: [elements], asked: undefined });
}

/** A layer whose blocks come from the cluster when they are wanted. */
function fetched(kept: Node, fetch: RunNodes): Node {
  const blocks = new Blocks(kept, fetch);
  return callBlocks({
    label: "fetch",
    called: (info: BlockInfo) => blocks.get(info.block),
    reads: [],
    dtype: kept.dtype,
    grid: kept.grid,
  });
}

/** Blocks that lie on a cluster. The next ones are on their way while somebody works on one. */
class Blocks {
  readonly #kept: Node;
  readonly #fetch: RunNodes;
  readonly #counts: readonly number[];
  /** Along each axis where blocks begin, and where the last one ends. */
  readonly #edges: readonly Float64Array[];
  readonly #coming = new Map<number, Promise<NDArray>>();
  /** The first that was never asked for. */
  #next = 0;

  constructor(kept: Node, fetch: RunNodes) {
    this.#kept = kept;
    this.#fetch = fetch;
    this.#counts = gridBlocks(kept.grid);
    this.#edges = kept.grid.map((axis) => {
      let end = 0;
      return Float64Array.of(0, ...axisLengths(axis).map((length) => (end += length)));
    });
  }

  async get(block: readonly number[]): Promise<NDArray> {
    const number = block.reduce((before, at, axis) => before * (this.#counts[axis] ?? 1) + at, 0);
    const coming = this.#start(number);
    const end = Math.min(product(this.#counts), number + 1 + AHEAD);
    for (this.#next = Math.max(this.#next, number + 1); this.#next < end; this.#next += 1)
      void this.#start(this.#next);
    this.#coming.delete(number);
    return await coming;
  }

  #start(number: number): Promise<NDArray> {
    const known = this.#coming.get(number);
    if (known !== undefined) return known;
    const coming = this.#read(number);
    // Whoever asks for it hears of it.
    coming.catch(() => {});
    this.#coming.set(number, coming);
    return coming;
  }

  async #read(number: number): Promise<NDArray> {
    let rest = number;
    const index = this.#counts.map((count, axis) => {
      const after = product(this.#counts.slice(axis + 1));
      const at = Math.floor(rest / after) % count;
      rest -= at * after;
      return `${this.#edges[axis]?.[at]}:${this.#edges[axis]?.[at + 1]}`;
    });
    const [answer] = await this.#fetch([select(this.#kept, index)]);
    if (answer === undefined || "values" in answer) throw new TypeError(`${this.#kept.name} is no array`);
    return new NDArray(answer.data, answer.shape, { dtype: answer.dtype });
  }
}
