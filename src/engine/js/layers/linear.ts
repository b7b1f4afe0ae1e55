import type { DType, TypedArray } from "../../../dtype/index.js";
import type { Layer, Linear, LinearOp } from "../../../generated/layers.js";
import { product } from "../../../graph/index.js";
import { blockShape } from "../axis.js";
import type { Block } from "../block.js";
import * as complex from "../linear/complex-factors.js";
import { ComplexMatrix } from "../linear/complex-matrix.js";
import { singular as complexSingular } from "../linear/complex-singular.js";
import { fourier } from "../linear/fourier.js";
import { joined, Matrix } from "../linear/matrix.js";
import { orthogonal, triangle } from "../linear/orthogonal.js";
import { contract } from "../linear/products.js";
import { singular } from "../linear/singular.js";
import { cholesky, lu, solve } from "../linear/triangles.js";
import { projectLink } from "../links.js";
import type { Stage, StageOfLayer } from "./stage.js";

/** Linear algebra of blocks. */
export function linearStage(
  { grid, dtype }: Layer,
  { op, reads }: Linear,
  inputs: readonly StageOfLayer[],
): Stage {
  return {
    grid,
    inputs: inputs.map(({ stage, grid: theirs }, number) => ({
      stage,
      link: projectLink(reads[number] ?? [], theirs, grid),
    })),
    run(block, blocks) {
      const shape = blockShape(grid, block);
      return { data: compute(op, blocks, dtype, shape), shape };
    },
  };
}

function compute(
  op: LinearOp,
  blocks: readonly (readonly Block[])[],
  dtype: DType,
  shape: readonly number[],
): TypedArray {
  if ("contract" in op) {
    const [left = [], right = []] = blocks;
    return contract(op.contract, [left, right], dtype, product(shape));
  }
  const elements = elementsOf(op, blocks.flat());
  return dtype === "float32" ? Float32Array.from(elements) : elements;
}

function elementsOf(op: Exclude<LinearOp, { contract: unknown }>, blocks: readonly Block[]): Float64Array {
  if ("fourier" in op) return fourier(op.fourier, blocks);
  if (blocks.length === 2 * matricesOf(op)) return complexElementsOf(op, blocks);
  const stacks = blocks.map((block) => Matrix.stackOf(block));
  const made = (stacks[0] ?? []).map((_, number) =>
    factor(
      op,
      stacks.flatMap((stack) => stack.slice(number, number + 1)),
    ),
  );
  return joined(made);
}

/** Of how many matrices an operation is. Blocks beyond these are imaginary parts. */
function matricesOf(op: LinearOp): number {
  return "orthogonal" in op || "solve" in op ? 2 : 1;
}

/** The real parts of the factors of complex matrices, and behind them the imaginary parts. */
function complexElementsOf(op: LinearOp, blocks: readonly Block[]): Float64Array {
  const stacks = blocks.flatMap((re, number) => {
    const im = blocks[number + 1];
    return number % 2 === 0 && im !== undefined ? [ComplexMatrix.stackOf(re, im)] : [];
  });
  const made = (stacks[0] ?? []).map((_, number) =>
    complexFactor(
      op,
      stacks.flatMap((stack) => stack.slice(number, number + 1)),
    ),
  );
  return joined([...made.map(([re]) => re), ...made.map(([, im]) => im)]);
}

function complexFactor(op: LinearOp, matrices: readonly ComplexMatrix[]): complex.Parts {
  const [a = ComplexMatrix.zeros(0, 0), b = ComplexMatrix.zeros(0, 0)] = matrices;
  if ("triangle" in op) return complex.triangle(a);
  if ("orthogonal" in op) return complex.orthogonal(a, b);
  if ("singular" in op) return complexSingular(a);
  if ("cholesky" in op) return complex.cholesky(a);
  if ("lu" in op) return complex.lu(a);
  if ("solve" in op) return complex.solve(a, b, op.solve);
  throw new RangeError("an operation of linear algebra that is not known");
}

function factor(op: LinearOp, matrices: readonly Matrix[]): Float64Array {
  const [a = new Matrix(0, 0), b = new Matrix(0, 0)] = matrices;
  if ("triangle" in op) return triangle(a);
  if ("orthogonal" in op) return orthogonal(a, b);
  if ("singular" in op) return singular(a);
  if ("cholesky" in op) return cholesky(a);
  if ("lu" in op) return lu(a);
  if ("solve" in op) return solve(a, b, op.solve);
  throw new RangeError("an operation of linear algebra that is not known");
}
