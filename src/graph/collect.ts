import { realType, type TypedArray } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Annotations as Asked, Kind, Layer } from "../generated/layers.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import { AskedTable } from "./asked-table.js";
import { CallTables } from "./call-tables.js";
import type { Node } from "./node.js";
import { interleaved, isPaired } from "./paired.js";

/** A graph as an engine takes it. */
export interface CollectedGraph {
  /** Inputs of a layer stand before it; equal expressions are one layer. */
  readonly layers: readonly Layer[];
  /** Positions of the layers of the nodes that were asked for, in their order. */
  readonly outputs: readonly number[];
  /** Data in memory, by the numbers that `memory` stores name. */
  readonly buffers: readonly TypedArray[];
  /** Functions, by the numbers that `call` and `tasks` layers name. */
  readonly functions: readonly TaskFunction[];
  /** Arguments of them, likewise. */
  readonly args: readonly (readonly Argument[])[];
  /** What is asked for tasks, by the numbers that layers have for it. */
  readonly annotations: readonly Asked[];
}

/**
 * Lays out everything that some nodes need, inputs first. None may wait for another computation. An output of complex
 * elements is one of floats, whose last axis has both parts.
 */
export function collect(wanted: readonly Node[]): CollectedGraph {
  const nodes = wanted.map((node) => (isPaired(node) ? interleaved(node) : node));
  const buffers: TypedArray[] = [];
  const calls = new CallTables();
  const asked = new AskedTable();
  const ordered = inOrder(nodes);
  const positions = new Map(ordered.map(({ token }, position) => [token, position]));
  const positionOf = (node: Node): number | undefined => positions.get(node.token);
  const layers = ordered.map((node) => ({
    name: node.name,
    dtype: realType(node.dtype),
    grid: node.grid,
    inputs: present(node.inputs.map(positionOf)),
    kind: asked.renumber(
      calls.renumber(
        node.buffer === undefined ? kindOf(node) : withBuffer(kindOf(node), intern(buffers, node.buffer)),
        node.calls,
      ),
      node.calls?.asked,
    ),
    ...(node.asked !== undefined && { annotations: asked.numberOf(node.asked) }),
  }));
  const outputs = present(nodes.map(positionOf));
  return { layers, outputs, buffers, ...calls.tables, annotations: asked.entries };
}

/** Some nodes and all that they need, inputs first; equal expressions are one node. */
export function inOrder(nodes: readonly Node[]): Node[] {
  const ordered = new Map<string, Node>();
  // A stack of our own: expressions made in a loop are deeper than the call stack.
  const stack = nodes.toReversed();
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const missing = node.inputs.filter((input) => !ordered.has(input.token));
    if (missing.length > 0) {
      stack.push(...missing.toReversed());
      continue;
    }
    stack.pop();
    if (!ordered.has(node.token)) ordered.set(node.token, node);
  }
  return [...ordered.values()];
}

function kindOf({ name, kind }: Node): Kind {
  if ("deferred" in kind)
    throw new BrambleError("INTERNAL", `${name} waits for lengths that nobody computed`);
  if ("paired" in kind) throw new BrambleError("INTERNAL", `${name} is read as one layer, and is two`);
  return kind;
}

function present(positions: readonly (number | undefined)[]): number[] {
  return positions.filter((position) => position !== undefined);
}

/** The number of a buffer, each being handed over once. */
function intern(buffers: TypedArray[], buffer: TypedArray): number {
  const known = buffers.indexOf(buffer);
  return known === -1 ? buffers.push(buffer) - 1 : known;
}

function withBuffer(kind: Kind, buffer: number): Kind {
  return "source" in kind ? { source: { ...kind.source, store: { memory: { buffer } } } } : kind;
}
