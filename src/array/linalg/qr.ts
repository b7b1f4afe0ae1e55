import type { Axis } from "../../generated/layers.js";
import { axisBlocks, axisLength, joinAxes, longestChunk, type Node, regularAxis } from "../../graph/index.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { matmul } from "../linear/products-of-two.js";
import { gather } from "../rechunk.js";
import { oneChunk } from "../statistics/along.js";
import { adjoint, identity, inOneBlock, linear, ONLY, part, wholeRows } from "./matrices.js";

/** A matrix as an orthogonal one times a triangular one. */
export interface Factors {
  readonly q: Node;
  readonly r: Node;
}

/** So many triangles are put together to a block of the next level. */
const MERGED = 8;

/** Factors of a matrix, of which the smaller side is put into one block. */
export function qr(matrix: Node): Factors {
  const [rows = 0, columns = 0] = matrix.shape;
  return columns <= rows ? tsqr(wholeRows(matrix)) : wideQr(matrix);
}

/**
 * Factors of a tall and skinny matrix, whose blocks hold all columns. Each block is factored by itself; the triangles,
 * put below each other, are a smaller matrix of which the same is done. After Demmel, Grigori, Hoemmen and Langou,
 * "Communication-optimal parallel and sequential QR and LU factorizations" (2012).
 */
export function tsqr(matrix: Node): Factors {
  const [rows = [], columns = []] = matrix.grid;
  const width = axisLength(columns);
  const place = [{ axis: 0 }, { at: 0 }];
  if (axisBlocks(rows) === 1) {
    const size = Math.min(axisLength(rows), width);
    const r = linear({ triangle: {} }, [{ node: matrix, read: ONLY }], [oneChunk(size), columns]);
    return { q: orthogonal(matrix, identity(matrix, size)), r };
  }
  const heights = joinAxes(
    rows.map(({ count, length }): Axis => [{ count, length: Math.min(length, width) }]),
  );
  const triangles = linear({ triangle: {} }, [{ node: matrix, read: place }], [heights, columns]);
  const merged = regularAxis(axisLength(heights), MERGED * Math.max(1, longestChunk(heights)));
  const { q, r } = tsqr(gather(triangles, [merged, columns]));
  const [, kept = []] = q.grid;
  return { q: orthogonal(matrix, gather(q, [heights, kept])), r };
}

/** The orthogonal factors of blocks, each times a block of another matrix. */
function orthogonal(matrix: Node, parts: Node): Node {
  const [rows = []] = matrix.grid;
  const [, columns = []] = parts.grid;
  const read = [{ axis: 0 }, { at: 0 }];
  return linear(
    { orthogonal: {} },
    [
      { node: matrix, read },
      { node: parts, read },
    ],
    [rows, columns],
  );
}

/** Factors of a matrix of more columns than rows: those of its first columns, by which the others are turned. */
function wideQr(matrix: Node): Factors {
  const [, columns = []] = matrix.grid;
  const height = matrix.shape[0] ?? 0;
  const tall = gather(matrix, [oneChunk(height), columns]);
  const first = tsqr(inOneBlock(part(tall, [0], [0, height])));
  const rest = matmul(adjoint(first.q), part(tall, [0], [height]));
  return { q: first.q, r: concatenateNodes([first.r, rest], 1) };
}
