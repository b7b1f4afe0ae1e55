import type { DType } from "../dtype/index.js";
import { defer, isKnownGrid, type Node } from "../graph/index.js";

/** What is known of a result before the lengths of what it is made of are. */
export interface Unmeasured {
  /** What is done, in a word. */
  readonly label: string;
  /** Whatever `build` depends on beside the arrays; plain data. */
  readonly parameters: unknown;
  readonly dtype: DType;
  /** Number of axes. */
  readonly ndim: number;
}

/** What is made of arrays whose lengths are known: at once if they are, else as soon as they have been computed. */
export function whenKnown(
  nodes: readonly Node[],
  { label, parameters, dtype, ndim }: Unmeasured,
  build: (known: readonly Node[]) => Node,
): Node {
  if (nodes.every((node) => isKnownGrid(node.grid))) return build(nodes);
  const axes = Array.from({ length: ndim }, () => undefined);
  return defer({ label, parameters, dtype, axes, inputs: nodes, build });
}
