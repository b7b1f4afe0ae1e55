import { isComplex, resultOf } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Axis, LinearOp, Project } from "../../generated/layers.js";
import { axisBlocks, createNode, isKnownAxis, type Node, pairNode, partsOf } from "../../graph/index.js";
import { permute } from "../arrange/permute.js";
import { cast } from "../map.js";
import { oneChunk, whenKnown } from "../statistics/along.js";
import { binary } from "../statistics/node-math.js";
import { select } from "../select.js";
import { formatShape } from "../shape.js";

/** By what transforms are divided: backward ones, forward ones, or both by the root. */
export type FourierNorm = "backward" | "ortho" | "forward";

/** One transform along one axis. */
export interface TransformRequest {
  /** The function that somebody called. */
  readonly label: string;
  readonly axis: number;
  /** Elements that are transformed: of the result where that is real. */
  readonly length: number | undefined;
  readonly inverse: boolean;
  readonly of: Extract<LinearOp, { fourier: unknown }>["fourier"]["of"];
  readonly norm: FourierNorm;
}

/** Transforms an array along an axis, all of which lies in one chunk. */
export function transform(x: Node, request: TransformRequest): Node {
  const { label, axis, of } = request;
  if (of === "real" && isComplex(x.dtype)) {
    throw new BrambleError(
      "UNSUPPORTED_DTYPE",
      `\`${label}\` takes real elements, but \`x\` has dtype ${x.dtype}`,
    );
  }
  const complex = resultOf("complex", x.dtype);
  const node = of === "real" ? cast(x, resultOf("real", complex)) : cast(x, complex);
  const dtype = of === "half" ? resultOf("real", complex) : complex;
  const grid = node.grid.map((own, number): Axis | undefined => {
    if (number === axis)
      return request.length === undefined ? undefined : oneChunk(madeOf(request.length, of));
    return isKnownAxis(own) ? own : undefined;
  });
  const parts = { label, parameters: request, dtype, grid };
  return whenKnown(node, [...node.grid.keys()], parts, (known) => transformKnown(known, request));
}

/** How many elements a transform gives of so many. */
function madeOf(length: number, of: TransformRequest["of"]): number {
  return of === "real" ? Math.floor(length / 2) + 1 : length;
}

function transformKnown(x: Node, request: TransformRequest): Node {
  const { label, axis, inverse, of, norm } = request;
  const given = x.shape[axis] ?? 1;
  const length = request.length ?? (of === "half" ? 2 * (given - 1) : given);
  if (length < 1) {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `\`${label}\` needs an element at least along axis ${axis} of shape ${formatShape(x.shape)}`,
    );
  }
  checkOneChunk(x, request);
  const order = [...x.grid.keys()].filter((number) => number !== axis);
  const last = permute(x, [...order, axis]);
  const made = fourierLayer(last, { length, inverse, of }, label);
  const scaled = scale(made, length, inverse, norm);
  const back = [...x.grid.keys()].map((number) => (number === axis ? order.length : order.indexOf(number)));
  return permute(scaled, back);
}

function checkOneChunk({ grid }: Node, { label, axis }: TransformRequest): void {
  const blocks = axisBlocks(grid[axis] ?? []);
  if (blocks === 1) return;
  const chunks = grid.map((_, number) => (number === axis ? "-1" : '"auto"')).join(", ");
  throw new BrambleError(
    "INVALID_CHUNKS",
    `\`${label}\` needs all of axis ${axis} in one chunk, but it has ${blocks}: call x.rechunk([${chunks}]) before`,
  );
}

/** Transforms of lines along the last axis: real elements, or complex ones of a layer that makes both of their parts. */
function fourierLayer(
  x: Node,
  fourier: Extract<LinearOp, { fourier: unknown }>["fourier"],
  label: string,
): Node {
  const inputs = fourier.of === "real" ? [x] : [...partsOf(x)];
  const lines = x.grid.slice(0, -1);
  const isReal = fourier.of === "half";
  const own = isReal ? 0 : 1;
  const read: readonly Project[] = [...lines.map((_, number) => ({ axis: number + own })), { at: 0 }];
  const made = oneChunk(madeOf(fourier.length, fourier.of));
  const node = createNode({
    label,
    kind: { linear: { op: { fourier }, reads: inputs.map(() => read) } },
    dtype: inputs[0]?.dtype ?? x.dtype,
    grid: isReal ? [...lines, made] : [oneChunk(2), ...lines, made],
    inputs,
  });
  return isReal ? node : pairNode(label, [select(node, [0]), select(node, [1])]);
}

function scale(x: Node, length: number, inverse: boolean, norm: FourierNorm): Node {
  if (norm === (inverse ? "forward" : "backward")) return x;
  const factor = norm === "ortho" ? 1 / Math.sqrt(length) : 1 / length;
  if (!isComplex(x.dtype)) return binary("multiply", x, factor);
  const [re, im] = partsOf(x);
  return pairNode("scale", [binary("multiply", re, factor), binary("multiply", im, factor)]);
}
