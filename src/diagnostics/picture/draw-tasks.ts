import type { Outline } from "../../engine/engine.js";
import { inOrder, NO_ENTRY, type Node } from "../../graph/index.js";
import { describeTask } from "../task-names.js";
import type { DrawnNode, Drawing } from "./drawing.js";

/** The tasks that some nodes are made by, in the order in which they run. Tasks that only pass a block on are left out. */
export function drawTasks(outputs: readonly Node[], { layers, tasks }: Outline): Drawing {
  const known = new Map(inOrder(outputs).map((node) => [node.name, node]));
  // A reduction may be several layers of one name, the last of which gives the result.
  const wanted = new Set(outputs.map((output) => layers.findLastIndex(({ name }) => name === output.name)));
  const nodes: (DrawnNode & { isOutput: boolean })[] = [];
  const edges: (readonly [number, number])[] = [];
  /** Where each task is among the nodes; for one that passes a block on, where the block comes from. */
  const places: number[] = [];
  for (const { layer, block, inputs } of tasks ?? []) {
    const name = layers[layer]?.name ?? "";
    const node = known.get(name);
    const isOutput = wanted.has(layer);
    const read = inputs.map((input) => places[input] ?? -1);
    const from = nodes[read[0] ?? -1];
    if (node !== undefined && from !== undefined && isAlias(node, block)) {
      if (isOutput) from.isOutput = true;
      places.push(read[0] ?? -1);
      continue;
    }
    const number = nodes.push({ ...drawTask(name, node, block), isOutput }) - 1;
    places.push(number);
    for (const place of new Set(read)) edges.push([place, number]);
  }
  return { nodes, edges };
}

function isAlias({ kind }: Node, [task = 0]: readonly number[]): boolean {
  return "tasks" in kind && kind.tasks.functions[task] === NO_ENTRY;
}

function drawTask(
  name: string,
  node: Node | undefined,
  block: readonly number[],
): Omit<DrawnNode, "isOutput"> {
  const { label, key } = describeTask(name, node, block);
  const isTask = node !== undefined && "tasks" in node.kind;
  const place = isTask || block.length === 0 ? "" : ` (${block.join(", ")})`;
  const isCall = node !== undefined && (isTask || "call" in node.kind);
  return { label: label + place, group: label, title: key, isCall };
}
