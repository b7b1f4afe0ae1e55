import {
  type DType,
  isComplex,
  isScalarValue,
  partType,
  realType,
  type ScalarValue,
  toScalar,
  toScalarParts,
} from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Arg, Program, Scalar, Step } from "../generated/layers.js";
import type { Op } from "../generated/ops.js";
import { createNode, defer, isKnownGrid, isPaired, type Node, pairNode, partsOf } from "../graph/index.js";
import { broadcast, broadcastUnknown } from "./broadcast.js";
import { Formulas, type Pair } from "./complex/formulas.js";
import { complexOperation, isTrue, wholePower } from "./complex/operations.js";
import { filled } from "./create.js";

/** A value of a program; of a complex dtype both of its parts. */
export type Value = Arg | Pair;

/** Writes an element-wise layer: its operands, and its program step by step. */
export class MapBuilder {
  readonly #nodes: Node[] = [];
  readonly #steps: Step[] = [];

  /** An operand as a value of some dtype. `name` is the argument, for the error of a number that does not fit. */
  operand(value: Node | ScalarValue, dtype: DType, name: string): Value {
    if (isScalarValue(value)) {
      if (!isComplex(dtype)) return { const: toScalar(value, dtype, name) };
      const [re, im] = toScalarParts(value, dtype, name);
      return { re: { const: re }, im: { const: im } };
    }
    if (!isPaired(value)) return this.cast(this.#operand(value), value.dtype, dtype);
    const [re, im] = partsOf(value);
    return this.cast({ re: this.#operand(re), im: this.#operand(im) }, value.dtype, dtype);
  }

  /**
   * A value as another dtype.
   *
   * @throws {BrambleError} `UNSUPPORTED_DTYPE` if an imaginary part would be lost.
   */
  cast(value: Value, from: DType, to: DType): Value {
    if (from === to) return value;
    if (isPair(value)) return this.#castPair(value, from, to);
    if (isComplex(to)) return { re: this.#cast(value, from, partType(to)), im: { const: { float: "0" } } };
    return this.#cast(value, from, to);
  }

  /** Calls an operation on arguments of one dtype. */
  apply(op: Op, dtype: DType, args: readonly Value[]): Value {
    if (isComplex(dtype)) return this.#applyComplex(op, dtype, args);
    return this.#push({ apply: { op, dtype, args: args.map(single) } });
  }

  /** A complex value to the power of a whole number. */
  wholePower(value: Value, dtype: DType, exponent: number): Value {
    return wholePower(this.#formulas(dtype), pairOf(value), exponent);
  }

  /** The layer whose elements are `result`, of type `dtype`; operands are broadcast against each other. */
  finish(label: string, dtype: DType, result: Value): Node {
    const part = (value: Arg): Program => ({ steps: this.#steps, result: value });
    if (!isPair(result)) return mapNodes({ label, dtype, program: part(result) }, this.#nodes);
    const parts = { label, dtype: isComplex(dtype) ? partType(dtype) : dtype };
    return pairNode(label, [
      mapNodes({ ...parts, program: part(result.re) }, this.#nodes),
      mapNodes({ ...parts, program: part(result.im) }, this.#nodes),
    ]);
  }

  #operand(node: Node): Arg {
    const known = this.#nodes.indexOf(node);
    return { operand: known === -1 ? this.#nodes.push(node) - 1 : known };
  }

  #cast(arg: Arg, from: DType, to: DType): Arg {
    return from === to ? arg : this.#push({ cast: { from: realType(from), to: realType(to), arg } });
  }

  #castPair({ re, im }: Pair, from: DType, to: DType): Value {
    if (!isComplex(from)) throw new BrambleError("INTERNAL", `a value of dtype ${from} has two parts`);
    if (to === "bool") return isTrue(this.#formulas(from), { re, im });
    if (isComplex(to)) {
      const [narrow, wide] = [partType(from), partType(to)];
      return { re: this.#cast(re, narrow, wide), im: this.#cast(im, narrow, wide) };
    }
    throw new BrambleError(
      "UNSUPPORTED_DTYPE",
      `${from} does not convert to ${to}: the imaginary part would be lost; take array.real(x) or array.absolute(x)`,
    );
  }

  #applyComplex(op: string, dtype: DType, args: readonly Value[]): Value {
    const formulas = this.#formulas(dtype);
    const [first = { const: { bool: false } }, second = first, third = second] = args;
    if (op === "where") {
      const [condition, a, b] = [single(first), pairOf(second), pairOf(third)];
      return { re: formulas.where(condition, a.re, b.re), im: formulas.where(condition, a.im, b.im) };
    }
    const operation = complexOperation(op);
    if (operation !== undefined) return operation(formulas, pairOf(first), pairOf(second));
    throw new BrambleError("UNSUPPORTED_DTYPE", `\`${op}\` has no meaning for dtype ${dtype}`);
  }

  #formulas(dtype: DType): Formulas {
    const parts = isComplex(dtype) ? partType(dtype) : realType(dtype);
    return new Formulas(
      (op, ...args) => this.#push({ apply: { op, dtype: parts, args } }),
      (op, ...args) => this.#push({ apply: { op, dtype: "bool", args } }),
    );
  }

  #push(step: Step): Arg {
    return { step: this.#steps.push(step) - 1 };
  }
}

function isPair(value: Value): value is Pair {
  return "re" in value;
}

function pairOf(value: Value): Pair {
  return isPair(value) ? value : { re: value, im: { const: { float: "0" } } };
}

function single(value: Value): Arg {
  if (!isPair(value)) return value;
  throw new BrambleError("INTERNAL", "a complex value stands where a real one is wanted");
}

interface MapParts {
  readonly label: string;
  readonly dtype: DType;
  readonly program: Program;
}

/** A program over some arrays; where it takes lengths to tell whether they fit, it waits for these. */
function mapNodes(parts: MapParts, nodes: readonly Node[]): Node {
  const { label, dtype } = parts;
  const axes = broadcastUnknown(nodes);
  if (axes !== undefined) {
    const build = (known: readonly Node[]): Node => mapNodes(parts, known);
    return defer({ label, parameters: parts.program, dtype, axes, inputs: nodes, build });
  }
  const { grid, nodes: inputs } = broadcast(nodes);
  // What carries an axis of unknown length has to be read for it.
  const { program, used } = isKnownGrid(grid) ? pruned(parts.program, inputs) : { ...parts, used: inputs };
  if ("const" in program.result) return constantNode({ ...parts, program }, used, program.result.const, grid);
  return mapLayer({ label, dtype, program }, used, grid);
}

function mapLayer({ label, dtype, program }: MapParts, inputs: readonly Node[], grid: Node["grid"]): Node {
  const operands = inputs.map((input, number) => ({
    dtype: realType(input.dtype),
    grid: input.grid,
    origin: { input: number },
  }));
  return createNode({ label, kind: { map: { program, operands } }, dtype, grid, inputs });
}

/** The same value everywhere, such as the imaginary part of real elements. */
function constantNode(
  { label, dtype, program: { steps } }: MapParts,
  [input]: readonly Node[],
  value: Scalar,
  grid: Node["grid"],
): Node {
  if (isKnownGrid(grid) || input === undefined) return filled(label, grid, value, dtype);
  // Lengths come from an operand, of which nothing else is wanted.
  const type = realType(dtype);
  const truth: Step = { cast: { from: realType(input.dtype), to: "bool", arg: { operand: 0 } } };
  const args: Arg[] = [{ step: steps.length }, { const: value }, { const: value }];
  const program: Program = {
    steps: [...steps, truth, { apply: { op: "where", dtype: type, args } }],
    result: { step: steps.length + 1 },
  };
  return mapLayer({ label, dtype, program }, [input], grid);
}

/** A program without steps that lead to nothing, and the operands that it reads. */
function pruned(
  { steps, result }: Program,
  nodes: readonly Node[],
): { readonly program: Program; readonly used: readonly Node[] } {
  const isUsed = steps.map(() => false);
  const wanted = nodes.map(() => false);
  const use = (arg: Arg): void => {
    if ("step" in arg) isUsed[arg.step] = true;
    if ("operand" in arg) wanted[arg.operand] = true;
  };
  use(result);
  for (let number = steps.length - 1; number >= 0; number -= 1) {
    const step = steps[number];
    if (step !== undefined && isUsed[number] === true) for (const arg of argsOf(step)) use(arg);
  }
  if (isUsed.every(Boolean) && wanted.every(Boolean)) return { program: { steps, result }, used: nodes };
  const [newSteps, newOperands] = [renumbered(isUsed), renumbered(wanted)];
  const move = (arg: Arg): Arg => {
    if ("step" in arg) return { step: newSteps[arg.step] ?? 0 };
    return "operand" in arg ? { operand: newOperands[arg.operand] ?? 0 } : arg;
  };
  const kept = steps.filter((_, number) => isUsed[number]).map((step) => withArgs(step, move));
  return {
    program: { steps: kept, result: move(result) },
    used: nodes.filter((_, number) => wanted[number]),
  };
}

/** The number of each among those that are kept. */
function renumbered(isKept: readonly boolean[]): number[] {
  let next = 0;
  return isKept.map((kept) => (kept ? (next += 1) - 1 : 0));
}

function argsOf(step: Step): readonly Arg[] {
  return "cast" in step ? [step.cast.arg] : step.apply.args;
}

function withArgs(step: Step, move: (arg: Arg) => Arg): Step {
  if ("cast" in step) return { cast: { ...step.cast, arg: move(step.cast.arg) } };
  return { apply: { ...step.apply, args: step.apply.args.map(move) } };
}

/** An operation on operands converted to one dtype; numbers must fit it. */
export function apply(
  label: string,
  op: Op,
  dtype: DType,
  operands: readonly (Node | ScalarValue)[],
  result: DType = dtype,
): Node {
  const builder = new MapBuilder();
  const args = operands.map((operand) => builder.operand(operand, dtype, "x"));
  return builder.finish(label, result, builder.apply(op, dtype, args));
}

/** The values of `a` where a condition holds, those of `b` elsewhere; both of one dtype, or numbers that fit it. */
export function choose(condition: Node, a: Node | ScalarValue, b: Node | ScalarValue, dtype: DType): Node {
  const builder = new MapBuilder();
  const [test, first, second] = [
    builder.operand(condition, "bool", "condition"),
    builder.operand(a, dtype, "a"),
    builder.operand(b, dtype, "b"),
  ];
  return builder.finish("where", dtype, builder.apply("where", dtype, [test, first, second]));
}

/** The same elements as another dtype: floats are cut off towards zero and saturate, integers wrap. */
export function cast(node: Node, dtype: DType): Node {
  if (node.dtype === dtype) return node;
  const builder = new MapBuilder();
  return builder.finish("astype", dtype, builder.operand(node, dtype, "x"));
}
