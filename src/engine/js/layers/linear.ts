import type { DType, TypedArray } from "../../../dtype/index.js";
import type { Layer, Linear, LinearOp } from "../../../generated/layers.js";
import { product } from "../../../graph/index.js";
import { blockShape } from "../axis.js";
import type { Block } from "../block.js";
import { fourier } from "../linear/fourier.js";
import { Matrix } from "../linear/matrix.js";
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
  const [left = [], right = []] = blocks;
  if ("contract" in op) return contract(op.contract, [left, right], dtype, product(shape));
  const elements = elementsOf(op, left.concat(right));
  return dtype === "float32" ? Float32Array.from(elements) : elements;
}

function elementsOf(op: Exclude<LinearOp, { contract: unknown }>, blocks: readonly Block[]): Float64Array {
  if ("fourier" in op) return fourier(op.fourier, blocks);
  const stacks = blocks.map((block) => Matrix.stackOf(block));
  const made = (stacks[0] ?? []).map((_, number) =>
    factor(
      op,
      stacks.flatMap((stack) => stack.slice(number, number + 1)),
    ),
  );
  return joined(made);
}

/** Numbers one behind the other. */
function joined(parts: readonly Float64Array[]): Float64Array {
  const [only = new Float64Array(0)] = parts;
  if (parts.length < 2) return only;
  const result = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    result.set(part, start);
    start += part.length;
  }
  return result;
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
