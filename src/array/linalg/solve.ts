import { resultOf } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { type Node, product } from "../../graph/index.js";
import { repeatOver } from "../arrange/broadcast-to.js";
import { addAxes } from "../arrange/dims.js";
import { broadcastSides } from "../broadcast.js";
import { conjugate, realPart } from "../complex/parts.js";
import { matmul } from "../linear/products-of-two.js";
import { cast } from "../map.js";
import { promoteOperands } from "../operand.js";
import { formatShape } from "../shape.js";
import { dropAxes } from "../statistics/along.js";
import { binary, reduction } from "../statistics/node-math.js";
import { adjoint, inOneBlock } from "./matrices.js";
import { qr } from "./qr.js";
import { svd } from "./svd.js";
import {
  choleskyLower,
  exchangeRows,
  luBlocks,
  PackedFactors,
  solveBlock,
  solveTriangle,
  type Triangle,
} from "./triangles.js";

/** A matrix and right-hand sides in the same floats, the sides as columns. */
interface System {
  readonly a: Node;
  readonly b: Node;
  /** Whether there was one right-hand side, given as a vector. */
  readonly isVector: boolean;
}

/**
 * What a system of equations has to be solved for; the right-hand sides have as many rows as the matrix. Of a stack of
 * matrices, right-hand sides of more than one axis are a stack too, as in NumPy.
 */
function systemOf(a: Node, b: Node): System {
  const dtype = resultOf("float", promoteOperands([a, b]).dtype);
  const isVector = b.shape.length === 1;
  const sides = isVector ? addAxes(b, 2, [1]) : b;
  const hasFew = a.shape.length > 2 || sides.shape.length === 2;
  if (!hasFew || sides.shape.at(-2) !== a.shape.at(-2)) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `Right-hand sides of shape ${formatShape(b.shape)} do not fit a matrix of shape ${formatShape(a.shape)}`,
    );
  }
  return { a: cast(a, dtype), b: cast(sides, dtype), isVector };
}

function inShape(solution: Node, isVector: boolean): Node {
  return isVector ? dropAxes(solution, [solution.shape.length - 1]) : solution;
}

/** The solution of a triangular system. */
export function solveTriangular(a: Node, b: Node, triangle: Triangle): Node {
  const system = systemOf(a, b);
  return inShape(solveTriangle(system.a, system.b, triangle), system.isVector);
}

/** The solution of a system, by LU factors or, of a positive definite matrix, by Cholesky's; of stacks by LU factors. */
export function solve(a: Node, b: Node, isPositive: boolean): Node {
  const system = systemOf(a, b);
  if (a.shape.length > 2) return inShape(solveEach(system), system.isVector);
  const [lower, upper, right] = isPositive ? byCholesky(system) : byLu(system);
  const between = solveTriangle(lower, right, { lower: true, unit: !isPositive });
  return inShape(solveTriangle(upper, between, { lower: false, unit: false }), system.isVector);
}

/** The solutions of a stack of systems, each of whose matrices is put into one block. */
function solveEach(system: System): Node {
  const [a, b] = sideBySide(system);
  if (product(b.shape) === 0) return b;
  const factors = new PackedFactors(inOneBlock(a));
  const both = factors.both();
  const between = solveBlock(both, matmul(factors.exchange(), b), { lower: true, unit: true });
  return solveBlock(both, between, { lower: false, unit: false });
}

/** Stacks of equally many matrices in the same blocks; axes of length 1 repeat. */
function sideBySide({ a, b }: System): readonly [Node, Node] {
  const sides = broadcastSides([a, b], 2);
  const over = (node: Node): Node => repeatOver(node, [...sides, ...node.grid.slice(-2)]);
  return [over(a), over(b)];
}

function byCholesky({ a, b }: System): readonly [Node, Node, Node] {
  const lower = choleskyLower(a);
  return [lower, adjoint(lower), b];
}

function byLu({ a, b }: System): readonly [Node, Node, Node] {
  const { lower, upper, exchanges } = luBlocks(a);
  return [lower, upper, exchangeRows(exchanges, b)];
}

/** A solution of least squares and what is known of it. */
export interface LeastSquares {
  readonly x: Node;
  readonly residuals: Node;
  readonly rank: Node;
  readonly s: Node;
}

/** The least machine numbers by which 1 grows. */
const EPSILON = { float32: 2 ** -23, float64: 2 ** -52 };

/** The solution of least squares of a system of no fewer equations than unknowns. */
export function lstsq(matrix: Node, sides: Node): LeastSquares {
  const { a, b, isVector } = systemOf(matrix, sides);
  const [rows = 0, columns = 0] = a.shape;
  if (rows < columns) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `\`lstsq\` takes no fewer equations than unknowns, but the matrix has shape ${formatShape(a.shape)}`,
    );
  }
  const { q, r } = qr(a);
  const x = solveTriangle(r, matmul(adjoint(q), b), { lower: false, unit: false });
  const misses = binary("subtract", b, matmul(a, x));
  const { s } = svd(r);
  const least = binary(
    "multiply",
    reduction("max", s, { keepdims: true }),
    columns * EPSILON[s.dtype === "float32" ? "float32" : "float64"],
  );
  return {
    x: inShape(x, isVector),
    residuals: reduction("sum", realPart(binary("multiply", misses, conjugate(misses))), { axis: 0 }),
    rank: reduction("sum", binary("greater", s, least), {}),
    s,
  };
}
