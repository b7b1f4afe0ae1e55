import type { WireGraph } from "../engine/engine.js";
import type { Layer } from "../generated/layers.js";
import { collect, type CollectedGraph, inOrder } from "./collect.js";
import { isDeferred } from "./deferred.js";
import { createLayer, labelOf, type Node } from "./node.js";
import { isPaired, pairNode, partsOf } from "./paired.js";

/** Rewrites layers: equal ones become one, and each is named as the one that it stands for was. */
type Simplify = (graph: WireGraph) => Pick<WireGraph, "layers" | "outputs">;

/**
 * Nodes that give the same by fewer or cheaper layers, rewritten together. One that waits for lengths or elements is what
 * it was.
 */
export function simplifyNodes(wanted: readonly Node[], simplify: Simplify): Node[] {
  const ready = wanted.filter((node) => !inOrder([node]).some(isDeferred));
  const roots = ready.flatMap((node) => (isPaired(node) ? partsOf(node) : [node]));
  const simplified = new Map(simplifyLayers(roots, simplify).map((node, at) => [roots[at], node]));
  const now = (node: Node): Node => simplified.get(node) ?? node;
  return wanted.map((node) => {
    if (!isPaired(node)) return now(node);
    const [re, im] = partsOf(node);
    return pairNode(labelOf(node), [now(re), now(im)]);
  });
}

function simplifyLayers(roots: readonly Node[], simplify: Simplify): Node[] {
  const graph = collect(roots);
  const originals = inOrder(roots);
  // Numbers in place of names tell which layer became which.
  const layers = graph.layers.map((layer, number) => ({ ...layer, name: String(number) }));
  const { layers: rewritten, outputs } = simplify({ ...graph, layers });
  const nodes: Node[] = [];
  for (const layer of rewritten) {
    const inputs = layer.inputs.map((input) => nodes[input] as Node);
    nodes.push(nodeOf(layer, { graph, original: originals[Number(layer.name)] as Node, inputs }));
  }
  return outputs.map((output) => nodes[output] as Node);
}

interface Surroundings {
  readonly graph: CollectedGraph;
  /** What the layer stands for. */
  readonly original: Node;
  readonly inputs: readonly Node[];
}

function nodeOf(layer: Layer, { graph, original, inputs }: Surroundings): Node {
  const { calls, kind } = original;
  // What functions are called with is nothing that the core rewrites.
  const isCalled = calls !== undefined && !("deferred" in kind || "paired" in kind);
  const { dtype, grid } = layer;
  const store = "source" in layer.kind ? layer.kind.source.store : undefined;
  const buffer = store !== undefined && "memory" in store ? graph.buffers[store.memory.buffer] : undefined;
  return createLayer({
    label: labelOf(original),
    kind: isCalled ? kind : layer.kind,
    dtype,
    grid,
    inputs,
    ...(buffer !== undefined && { buffer }),
    ...(isCalled && { calls, callsToken: original.token }),
    asked: layer.annotations === undefined ? undefined : graph.annotations[layer.annotations],
  });
}
