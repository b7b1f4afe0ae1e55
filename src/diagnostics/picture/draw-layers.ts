import { formatShape } from "../../array/shape.js";
import type { Outline } from "../../engine/engine.js";
import { gridBlocks, inOrder, labelOf, NO_ENTRY, type Node, product } from "../../graph/index.js";
import type { DrawnNode, Drawing } from "./drawing.js";

/** The layers of some nodes as they were written. */
export function drawNodes(outputs: readonly Node[]): Drawing {
  const wanted = new Set(outputs.map((node) => shown(node).token));
  const all = inOrder(outputs).filter((node) => shown(node) === node);
  const numbers = new Map(all.map(({ token }, number) => [token, number]));
  const edges = all.flatMap(({ inputs }, to) =>
    inputs.map((input) => [numbers.get(shown(input).token) ?? -1, to] as const),
  );
  return { nodes: all.map((node) => drawNode(node, wanted.has(node.token))), edges };
}

/** The layers of an outline, which may be those that the optimiser made. */
export function drawLayers({ layers }: Outline): Drawing {
  const read = new Set(layers.flatMap(({ inputs }) => inputs));
  const nodes = layers.map(({ name, description, blocks }, number) => ({
    label: `${name}\n${shorten(description)}\n${countOf(blocks, "block")}`,
    title: `${name}: ${description}`,
    group: labelOf({ name }),
    isCall: false,
    isOutput: !read.has(number),
  }));
  return { nodes, edges: layers.flatMap(({ inputs }, to) => inputs.map((from) => [from, to] as const)) };
}

/** A layer that only passes on blocks of another is not shown: that one is in its place. */
function shown(node: Node): Node {
  const { kind, inputs } = node;
  const isAlias = "tasks" in kind && kind.tasks.functions.every((called) => called === NO_ENTRY);
  return isAlias && inputs.length === 1 ? (inputs[0] ?? node) : node;
}

function drawNode(node: Node, isOutput: boolean): DrawnNode {
  const { name, kind, dtype, shape, grid } = node;
  const label = labelOf(node);
  const blocks = product(gridBlocks(grid));
  const isValues = "tasks" in kind || ("call" in kind && kind.call.values);
  const lines = isValues
    ? [label, countOf(blocks, "tasks" in kind ? "task" : "block")]
    : [label, `${formatShape(shape)} ${dtype}`, countOf(blocks, "block")];
  return {
    label: lines.join("\n"),
    title: name,
    group: label,
    isCall: "call" in kind || "tasks" in kind,
    isOutput,
  };
}

function countOf(count: number, what: string): string {
  return Number.isNaN(count) ? `unknown ${what}s` : `${count} ${what}${count === 1 ? "" : "s"}`;
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
