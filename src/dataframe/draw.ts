import type { Drawing } from "../diagnostics/picture/drawing.js";
import { formatType } from "./column-type.js";
import { type FrameNode, inOrder } from "./node.js";

/** The steps of a query as they were written. */
export function drawFrame(node: FrameNode): Drawing {
  const steps = inOrder(node);
  const numbers = new Map(steps.map((step, number) => [step, number]));
  const nodes = steps.map((step) => {
    const [name = ""] = Object.keys(step.operation);
    const { columns } = step;
    return {
      label: `${name}\n${columns.length} column${columns.length === 1 ? "" : "s"}`,
      title: columns.map((column) => `${column.name}: ${formatType(column.type)}`).join("\n"),
      group: name,
      isCall: step.pending !== undefined,
      isOutput: step === node,
    };
  });
  const edges = steps.flatMap(({ inputs }, to) =>
    inputs.map((from) => [numbers.get(from) ?? -1, to] as const),
  );
  return { nodes, edges };
}
