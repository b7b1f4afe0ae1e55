import { type Colouring, coloursOf } from "./colours.js";
import type { Drawing } from "./drawing.js";

/** Where the results are in a picture. */
export type Direction = "up" | "down" | "left" | "right";

const RANK_DIRECTIONS: Readonly<Record<Direction, string>> = {
  up: "BT",
  down: "TB",
  left: "RL",
  right: "LR",
};

/** So many are laid out less carefully. */
const MANY_NODES = 200;

/** A drawing in Graphviz's language. With colours by order each node tells its place in it. */
export function toDot({ nodes, edges }: Drawing, colouring: Colouring, direction: Direction): string {
  const colours = coloursOf(nodes, colouring);
  const lines = nodes.map(({ label, title, isCall, isOutput }, number) => {
    const text = colouring === "order" ? `${label}\n#${number + 1}` : label;
    const attributes = [
      `label=${quote(text)}`,
      `tooltip=${quote(title)}`,
      `fillcolor=${quote(colours[number] ?? "#ffffff")}`,
      ...(isCall ? ["shape=ellipse"] : []),
      ...(isOutput ? ["penwidth=2.5"] : []),
    ];
    return `  ${number} [${attributes.join(", ")}]`;
  });
  return [
    "digraph bramble {",
    // Left to itself Graphviz spends minutes on the last crossing of a thousand edges.
    ...(nodes.length > MANY_NODES ? ["  graph [mclimit=0.2, nslimit=2, nslimit1=2]"] : []),
    `  rankdir=${RANK_DIRECTIONS[direction]}`,
    '  node [shape=box, style=filled, fontname="Helvetica", fontsize=12]',
    '  edge [color="#555555"]',
    ...lines,
    ...edges.map(([from, to]) => `  ${from} -> ${to}`),
    "}",
    "",
  ].join("\n");
}

function quote(text: string): string {
  // Graphviz reads entities in its strings, and escapes of its own.
  const escaped = text
    .replaceAll("&", "&amp;")
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");
  return `"${escaped}"`;
}
