import { type DType, isScalarValue, type ScalarValue, toScalar } from "../dtype/index.js";
import type { Arg, Program, Step } from "../generated/layers.js";
import type { BinaryOp, TernaryOp, UnaryOp } from "../generated/ops.js";
import { createNode, defer, type Node } from "../graph/index.js";
import { broadcast, broadcastUnknown } from "./broadcast.js";

/** Writes an element-wise layer: its operands, and its program step by step. */
export class MapBuilder {
  readonly #nodes: Node[] = [];
  readonly #steps: Step[] = [];

  /** An operand as a value of some dtype. `name` is the argument, for the error of a number that does not fit. */
  operand(value: Node | ScalarValue, dtype: DType, name: string): Arg {
    if (isScalarValue(value)) return { const: toScalar(value, dtype, name) };
    const known = this.#nodes.indexOf(value);
    const operand: Arg = { operand: known === -1 ? this.#nodes.push(value) - 1 : known };
    return this.cast(operand, value.dtype, dtype);
  }

  /** A value as another dtype. */
  cast(arg: Arg, from: DType, to: DType): Arg {
    return from === to ? arg : this.#push({ cast: { from, to, arg } });
  }

  /** Calls an operation on arguments of one dtype. */
  apply(op: UnaryOp | BinaryOp | TernaryOp, dtype: DType, args: readonly Arg[]): Arg {
    return this.#push({ apply: { op, dtype, args } });
  }

  /** The layer whose elements are `result`, of type `dtype`; operands are broadcast against each other. */
  finish(label: string, dtype: DType, result: Arg): Node {
    return mapNodes({ label, dtype, program: { steps: this.#steps, result } }, this.#nodes);
  }

  #push(step: Step): Arg {
    return { step: this.#steps.push(step) - 1 };
  }
}

interface MapParts {
  readonly label: string;
  readonly dtype: DType;
  readonly program: Program;
}

/** A program over some arrays; where it takes lengths to tell whether they fit, it waits for these. */
function mapNodes(parts: MapParts, nodes: readonly Node[]): Node {
  const { label, dtype, program } = parts;
  const axes = broadcastUnknown(nodes);
  if (axes !== undefined) {
    const build = (known: readonly Node[]): Node => mapNodes(parts, known);
    return defer({ label, parameters: program, dtype, axes, inputs: nodes, build });
  }
  const { grid, nodes: inputs } = broadcast(nodes);
  const operands = inputs.map((input, number) => ({
    dtype: input.dtype,
    grid: input.grid,
    origin: { input: number },
  }));
  return createNode({ label, kind: { map: { program, operands } }, dtype, grid, inputs });
}

/** An operation on operands converted to one dtype; numbers must fit it. */
export function apply(
  label: string,
  op: UnaryOp | BinaryOp | TernaryOp,
  dtype: DType,
  operands: readonly (Node | ScalarValue)[],
  result: DType = dtype,
): Node {
  const builder = new MapBuilder();
  const args = operands.map((operand) => builder.operand(operand, dtype, "x"));
  return builder.finish(label, result, builder.apply(op, dtype, args));
}

/** The same elements as another dtype: floats are cut off towards zero and saturate, integers wrap. */
export function cast(node: Node, dtype: DType): Node {
  if (node.dtype === dtype) return node;
  const builder = new MapBuilder();
  return builder.finish("astype", dtype, builder.operand(node, dtype, "x"));
}
