import type { Kept } from "../cluster/kept.js";
import {
  createNode,
  gridBlocks,
  isPaired,
  labelOf,
  type Node,
  pairNode,
  partsOf,
  product,
} from "../graph/index.js";

/** Computes nodes on a cluster, where their blocks stay. */
export type KeepLayers = (nodes: readonly Node[]) => Promise<Kept>;

/** Computes nodes on a cluster in one run, and gives as many that stand for the blocks there. */
export async function keepNodes(nodes: readonly Node[], keep: KeepLayers): Promise<Node[]> {
  const there = new Map<string, Node>();
  const missing = new Map<string, Node>();
  for (const part of nodes.flatMap(layersOf)) {
    if (part.keeper === undefined) missing.set(part.token, part);
    else there.set(part.token, part);
  }
  const wanted = [...missing.values()];
  if (wanted.length > 0) {
    const kept = await keep(wanted);
    let first = 0;
    for (const node of wanted) {
      there.set(node.token, lentNode(node, kept, first));
      first += product(gridBlocks(node.grid));
    }
  }
  const now = (node: Node): Node => there.get(node.token) ?? node;
  return nodes.map((node) => {
    if (!isPaired(node)) return now(node);
    const [re, im] = partsOf(node);
    return pairNode(labelOf(node), [now(re), now(im)]);
  });
}

function layersOf(node: Node): readonly Node[] {
  return isPaired(node) ? partsOf(node) : [node];
}

/** A layer whose blocks are those that a graph keeps, from one of them on. */
function lentNode(node: Node, { client, run, keeper }: Kept, first: number): Node {
  const { dtype, grid } = node;
  const kind = { lent: { client, run, first, values: givesValues(node) } };
  return createNode({ label: labelOf(node), kind, dtype, grid, keeper, asked: undefined });
}

/** Whether blocks of a layer are values that only functions can read. */
function givesValues({ kind }: Node): boolean {
  if ("tasks" in kind) return true;
  return "call" in kind && kind.call.values;
}
