import { availableParallelism } from "node:os";
import { checkOptions } from "../check.js";
import type { DType } from "../dtype/index.js";
import type { Axis } from "../generated/layers.js";
import {
  axisLengths,
  gridBlocks,
  inOrder,
  isDeferred,
  isKnownGrid,
  type Node,
  product,
} from "../graph/index.js";
import { COMPUTE_OPTIONS, type ComputeOptions, computeLengths, computeNodes } from "./compute.js";
import { NDArray } from "./ndarray.js";
import { persisted, scalarArray } from "./persist.js";
import { select } from "./select.js";
import { slice } from "./slice.js";
import { replaceNodes } from "./stages.js";

/** A computed block, and where it lies. */
export interface ComputedBlock<D extends DType = DType> {
  /** Its elements. */
  readonly block: NDArray<D>;
  /** Its chunk numbers. */
  readonly index: readonly number[];
  /** Position of its first element along each axis. */
  readonly start: readonly number[];
}

/** See `LazyArray.eachBlock`. */
export function eachBlock(
  node: Node,
  options: ComputeOptions,
): AsyncGenerator<ComputedBlock, void, undefined> {
  checkOptions(options, "options", COMPUTE_OPTIONS);
  return iterate(node, options);
}

async function* iterate(
  node: Node,
  { signal, ...others }: ComputeOptions,
): AsyncGenerator<ComputedBlock, void, undefined> {
  const stop = new AbortController();
  const options = { ...others, signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]) };
  const ready = await withoutReductions(await withLengths(node, options), options);
  const blocks = new Blocks(ready);
  const window = others.numWorkers ?? availableParallelism();
  let next = blocks.compute(0, window, options);
  try {
    for (let from = 0; from < blocks.count; from += window) {
      const found = await next;
      if (from + window < blocks.count) {
        next = blocks.compute(from + window, window, options);
        // It is waited for when somebody wants it, and whoever stops before does not ask what became of it.
        next.catch(() => {});
      }
      yield* found;
    }
  } finally {
    stop.abort();
  }
}

async function withLengths(node: Node, options: ComputeOptions): Promise<Node> {
  const isWaiting = !isKnownGrid(node.grid) || inOrder([node]).some(isDeferred);
  return isWaiting ? computeLengths(node, options) : node;
}

/** The same node over the results of reductions, which many of its blocks may read: computed once, for all windows. */
async function withoutReductions(node: Node, options: ComputeOptions): Promise<Node> {
  const reductions = new Map<string, Node>();
  const seen = new Set<string>();
  const stack = [...node.inputs];
  for (let input = stack.pop(); input !== undefined; input = stack.pop()) {
    if (seen.has(input.token)) continue;
    seen.add(input.token);
    if ("reduce" in input.kind || "along" in input.kind) reductions.set(input.token, input);
    else stack.push(...input.inputs);
  }
  if (reductions.size === 0) return node;
  const wanted = [...reductions.values()];
  const results = await computeNodes(wanted, options);
  const replaced = wanted.map((one, number) => [one.token, persisted(one, results[number])] as const);
  return replaceNodes([node], new Map(replaced))[0] ?? node;
}

/** The blocks of a node, in row-major order. */
class Blocks {
  readonly count: number;
  readonly #node: Node;
  readonly #counts: readonly number[];
  /** For each axis where its chunks begin, and its end. */
  readonly #bounds: readonly (readonly number[])[];

  constructor(node: Node) {
    this.#node = node;
    this.#counts = gridBlocks(node.grid);
    this.count = product(this.#counts);
    this.#bounds = node.grid.map(boundsOf);
  }

  /** Some blocks from one on, in one run. */
  async compute(from: number, most: number, options: ComputeOptions): Promise<ComputedBlock[]> {
    const count = Math.max(0, Math.min(most, this.count - from));
    const indices = Array.from({ length: count }, (_, number) => this.#indexOf(from + number));
    const nodes = indices.map((index) => this.#block(index));
    const results = await computeNodes(nodes, options);
    return indices.map((index, number) => {
      const result = results[number];
      const block = result instanceof NDArray ? result : scalarArray(this.#node, result);
      return { block, index, start: index.map((chunk, axis) => this.#bounds[axis]?.[chunk] ?? 0) };
    });
  }

  #indexOf(number: number): number[] {
    const index: number[] = [];
    let rest = number;
    for (const count of this.#counts.toReversed()) {
      index.unshift(rest % count);
      rest = Math.floor(rest / count);
    }
    return index;
  }

  #block(index: readonly number[]): Node {
    const taken = index.map((chunk, axis) => {
      const [start = 0, end = 0] = this.#bounds[axis]?.slice(chunk, chunk + 2) ?? [];
      return slice(start, end);
    });
    return select(this.#node, taken);
  }
}

function boundsOf(axis: Axis): number[] {
  const bounds = [0];
  for (const length of axisLengths(axis)) bounds.push((bounds.at(-1) ?? 0) + length);
  return bounds;
}
