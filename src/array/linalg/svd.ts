import type { Node } from "../../graph/index.js";
import { axisLength } from "../../graph/index.js";
import { addAxes } from "../arrange/dims.js";
import { reshape } from "../arrange/reshape.js";
import { matmul } from "../linear/products-of-two.js";
import { realPart } from "../complex/parts.js";
import { cast } from "../map.js";
import { select } from "../select.js";
import { Slice } from "../slice.js";
import { oneChunk } from "../statistics/along.js";
import { binary, reduction } from "../statistics/node-math.js";
import { inOneBlock, linear, ONLY, part, adjoint, wholeRows } from "./matrices.js";
import { tsqr } from "./qr.js";

/** A matrix as `u` times a diagonal of `s` times `vt`. */
export interface SingularParts {
  readonly u: Node;
  readonly s: Node;
  readonly vt: Node;
}

/**
 * The singular value decomposition of a matrix with no more values than its smaller side is long, which is put into one
 * block: that of the triangle of a QR decomposition, turned by the orthogonal factor.
 */
export function svd(matrix: Node): SingularParts {
  const [rows = 0, columns = 0] = matrix.shape;
  if (rows < columns) {
    const { u, s, vt } = svd(adjoint(matrix));
    return { u: adjoint(vt), s, vt: adjoint(u) };
  }
  const { q, r } = tsqr(wholeRows(matrix));
  const { u, s, vt } = svdOfBlock(inOneBlock(r));
  return { u: matmul(q, u), s, vt };
}

/** The decomposition of a matrix in one block. */
function svdOfBlock(matrix: Node): SingularParts {
  const [rows = 0, columns = 0] = matrix.shape;
  const size = Math.min(rows, columns);
  const length = size * (rows + 1 + columns);
  const flat = linear({ singular: {} }, [{ node: matrix, read: ONLY }], [oneChunk(length)]);
  const stretch = (start: number, stop: number): Node => select(flat, [new Slice(start, stop, 1)]);
  const behind = size * rows;
  return {
    u: reshape(stretch(0, behind), [rows, size], { mergeChunks: true }),
    s: realPart(stretch(behind, behind + size)),
    vt: reshape(stretch(behind + size, length), [size, columns], { mergeChunks: true }),
  };
}

/** Turns each pair of vectors so that the elements of a row of `vt` do not add up to less than 0. */
export function withSigns({ u, s, vt }: SingularParts): SingularParts {
  const isPositive = binary("greaterEqual", reduction("sum", vt, { axis: 1 }), 0);
  const signs = binary("subtract", binary("multiply", cast(isPositive, vt.dtype), 2), 1);
  return {
    u: binary("multiply", u, signs),
    s,
    vt: binary("multiply", vt, addAxes(signs, 2, [1])),
  };
}

/** How a compressed decomposition is found. */
export interface Compression {
  /** How many values. */
  readonly rank: number;
  /** How often the matrix is applied once more, which separates values that lie close together. */
  readonly powers: number;
  /** Whether each of these times vectors are made orthogonal again, which costs time and keeps small values. */
  readonly isOrthogonal: boolean;
  /** Random numbers, a row for each column of the matrix. */
  readonly probes: Node;
}

/**
 * The largest singular values, found from what a matrix does to random vectors. After Halko, Martinsson and Tropp,
 * "Finding structure with randomness" (2011).
 */
export function svdCompressed(
  matrix: Node,
  { rank, powers, isOrthogonal, probes }: Compression,
): SingularParts {
  const turned = adjoint(matrix);
  const orthogonal = (node: Node): Node => tsqr(wholeRows(node)).q;
  const between = (node: Node): Node => (isOrthogonal ? orthogonal(node) : node);
  let basis = between(matmul(matrix, probes));
  for (let time = 0; time < powers; time += 1) {
    basis = between(matmul(matrix, between(matmul(turned, basis))));
  }
  const q = isOrthogonal ? basis : orthogonal(basis);
  const { u, s, vt } = svd(matmul(adjoint(q), matrix));
  const count = Math.min(rank, axisLength(s.grid[0] ?? []));
  return {
    u: part(matmul(q, u), [0], [0, count]),
    s: select(s, [new Slice(0, count, 1)]),
    vt: part(vt, [0, count]),
  };
}
