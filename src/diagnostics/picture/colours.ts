import type { DrawnNode } from "./drawing.js";

/** Light enough for black text; neighbours differ. */
const PALETTE = [
  "#8dd3c7",
  "#ffe08a",
  "#bebada",
  "#fb9a8c",
  "#a6cee3",
  "#fdb462",
  "#b3de69",
  "#fccde5",
  "#d9d9d9",
  "#ccebc5",
] as const;

/** What colours mean: layers or functions, the order in which tasks run, or nothing. */
export type Colouring = "layer" | "order" | "none";

/** The colour of each node of a drawing. */
export function coloursOf(nodes: readonly DrawnNode[], colouring: Colouring): string[] {
  if (colouring === "none") return nodes.map(() => "#ffffff");
  if (colouring === "order")
    return nodes.map((_, number) => orderColour(number / Math.max(1, nodes.length - 1)));
  const groups = new Map<string, number>();
  return nodes.map(({ group }) => {
    const number = groups.get(group) ?? groups.size;
    groups.set(group, number);
    return colourNumber(number);
  });
}

/** One of a few colours, which come again and again. */
export function colourNumber(number: number): string {
  return PALETTE[number % PALETTE.length] ?? "#ffffff";
}

/** From blue, which runs first, over green and yellow to red. */
function orderColour(part: number): string {
  const hue = 230 * (1 - part);
  const channel = (shift: number): string => {
    // Hue to RGB with saturation 0.75 and lightness 0.75.
    const angle = (shift + hue / 30) % 12;
    const value = 0.75 - 0.1875 * Math.max(-1, Math.min(angle - 3, 9 - angle, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
