import type { Drawing } from "../diagnostics/picture/drawing.js";
import { formatType } from "./column-type.js";
import { nameOf, piecesText, planOf } from "./explain.js";
import type { FrameNode } from "./node.js";

/** The steps of a query as they were written, each with what it comes to in pieces. */
export function drawFrame(node: FrameNode): Drawing {
  const planned = planOf(node);
  const numbers = new Map(planned.map(({ node: step }, number) => [step, number]));
  const nodes = planned.map((step, number) => {
    const name = nameOf(step.node);
    const { columns, pending, made } = step.node;
    return {
      label: `${name}\n${columns.length} column${columns.length === 1 ? "" : "s"}\n${piecesText(step)}`,
      title: columns.map((column) => `${column.name}: ${formatType(column.type)}`).join("\n"),
      group: name,
      isCall: pending !== undefined || made !== undefined,
      isOutput: number === planned.length - 1,
    };
  });
  const edges = planned.flatMap(({ node: step }, to) =>
    step.inputs.flatMap((input) => {
      const from = numbers.get(input);
      return from === undefined ? [] : [[from, to] as const];
    }),
  );
  return { nodes, edges };
}
