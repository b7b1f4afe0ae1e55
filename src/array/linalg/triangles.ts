import type { DType } from "../../dtype/index.js";
import { axisBlocks, axisLength, type Node, unifyAxes } from "../../graph/index.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { addAxes } from "../arrange/dims.js";
import { tril, triu } from "../arrange/diagonal.js";
import { reshape } from "../arrange/reshape.js";
import { full } from "../create.js";
import { matmul } from "../linear/products-of-two.js";
import { cast } from "../map.js";
import { gather } from "../rechunk.js";
import { select } from "../select.js";
import { Slice } from "../slice.js";
import { oneChunk } from "../statistics/along.js";
import { binary } from "../statistics/node-math.js";
import { positions } from "../create.js";
import { realPart } from "../complex/parts.js";
import {
  adjoint,
  firstChunk,
  identity,
  inOneBlock,
  linear,
  ONLY,
  onlyOf,
  part,
  sidesOf,
  transposed,
} from "./matrices.js";

/** Which triangle of a matrix counts, and whether its diagonal is taken to be 1. */
export interface Triangle {
  readonly lower: boolean;
  readonly unit: boolean;
}

/** The blocks of a square matrix, cut alike along both axes. */
export function squareBlocks(matrix: Node): Node {
  const along = unifyAxes(matrix.grid);
  return gather(matrix, [along, along]);
}

/** A zero matrix beside or below blocks. */
function zeros(like: Node, rows: number, columns: number): Node {
  return full("zeros", [rows, columns], 0, { dtype: like.dtype, chunks: -1 }, like.dtype);
}

/**
 * The lower factor of a positive definite matrix, block column by block column: the factor of a block on the diagonal,
 * what follows for those below, and the same of what is left of the matrix.
 */
export function choleskyLower(matrix: Node): Node {
  const columns: Node[] = [];
  let [rest, above] = [squareBlocks(matrix), 0];
  for (let left = axisBlocks(rest.grid[0] ?? []); left > 0; left -= 1) {
    const size = firstChunk(rest.grid[0] ?? []);
    const head = inOneBlock(part(rest, [0, size], [0, size]));
    const factor = linear({ cholesky: {} }, [{ node: head, read: ONLY }], head.grid);
    const top = above > 0 ? [zeros(factor, above, size)] : [];
    if (left === 1) {
      columns.push(concatenateNodes([...top, factor], 0));
      break;
    }
    const below = solveRight(factor, part(rest, [size], [0, size]));
    columns.push(concatenateNodes([...top, factor, below], 0));
    rest = binary("subtract", part(rest, [size], [size]), matmul(below, adjoint(below)));
    above += size;
  }
  return concatenateNodes(columns, 1);
}

/** What has to be multiplied by the adjoint of a lower triangle to give `b`. */
function solveRight(lower: Node, b: Node): Node {
  return adjoint(solveBlock(lower, adjoint(b), { lower: true, unit: false }));
}

/** The solution of a triangular system whose matrix is one block; of stacks with the same blocks those of each. */
export function solveBlock(a: Node, b: Node, triangle: Triangle): Node {
  const sides = sidesOf(b.grid);
  const [rows = [], columns = []] = b.grid.slice(-2);
  const right = gather(b, [...sides, oneChunk(axisLength(rows)), columns]);
  const operands = [
    { node: inOneBlock(a), read: onlyOf(a) },
    { node: right, read: [...sides.map((_, axis) => ({ axis })), { at: 0 }, { axis: sides.length + 1 }] },
  ];
  return linear({ solve: { lower: triangle.lower, unit: triangle.unit } }, operands, right.grid);
}

/** Both factors of a square matrix whose rows were exchanged within each block row. */
export interface LuParts {
  readonly lower: Node;
  readonly upper: Node;
  /** For each block row the matrix that puts its rows in their place. */
  readonly exchanges: readonly Node[];
}

/**
 * Factors of a square matrix. Rows are exchanged within blocks on the diagonal only, as Dask does: of a matrix in one
 * block that is partial pivoting.
 */
export function luBlocks(matrix: Node): LuParts {
  let rest = squareBlocks(matrix);
  /** What the columns so far have in the rows that are left. */
  let before: Node | undefined;
  const [rows, uppers, exchanges]: [Node[], Node[], Node[]] = [[], [], []];
  for (let left = axisBlocks(rest.grid[0] ?? []), above = 0; left > 0; left -= 1) {
    const size = firstChunk(rest.grid[0] ?? []);
    const { lower, upper, exchange } = luOfBlock(inOneBlock(part(rest, [0, size], [0, size])));
    exchanges.push(exchange);
    const beside = before === undefined ? [] : [matmul(exchange, part(before, [0, size]))];
    const behind = (rest.shape[0] ?? 0) - size;
    rows.push(concatenateNodes([...beside, lower, ...(behind > 0 ? [zeros(lower, size, behind)] : [])], 1));
    const start = above > 0 ? [zeros(upper, size, above)] : [];
    if (left === 1) {
      uppers.push(concatenateNodes([...start, upper], 1));
      break;
    }
    const right = solveBlock(lower, matmul(exchange, part(rest, [0, size], [size])), {
      lower: true,
      unit: true,
    });
    const below = transposed(
      solveBlock(transposed(upper), transposed(part(rest, [size], [0, size])), { lower: true, unit: false }),
    );
    uppers.push(concatenateNodes([...start, upper, right], 1));
    before = before === undefined ? below : concatenateNodes([part(before, [size]), below], 1);
    rest = binary("subtract", part(rest, [size], [size]), matmul(below, right));
    above += size;
  }
  return { lower: concatenateNodes(rows, 0), upper: concatenateNodes(uppers, 0), exchanges };
}

/** Factors of square matrices in one block each, packed into one line for each matrix. */
export class PackedFactors {
  readonly #lines: Node;
  readonly #size: number;
  readonly #dtype: DType;

  constructor(blocks: Node) {
    const size = blocks.shape.at(-1) ?? 0;
    const grid = [...sidesOf(blocks.grid), oneChunk(size * (size + 1))];
    this.#lines = linear({ lu: {} }, [{ node: blocks, read: onlyOf(blocks) }], grid);
    this.#size = size;
    this.#dtype = blocks.dtype;
  }

  /** Both factors in one matrix: the lower one, whose diagonal is 1, below the diagonal. */
  both(): Node {
    const size = this.#size;
    const shape = [...this.#lines.shape.slice(0, -1), size, size];
    return reshape(this.#slice(0, size * size), shape, { mergeChunks: true });
  }

  /** The diagonal of the upper factor. */
  pivots(): Node {
    return this.#slice(0, this.#size * this.#size, this.#size + 1);
  }

  /** Which row stands at each place. */
  places(): Node {
    return cast(realPart(this.#slice(this.#size * this.#size, this.#size * (this.#size + 1))), "int64");
  }

  /** The matrix that puts rows in their places. */
  exchange(): Node {
    const places = this.places();
    const ndim = places.shape.length + 1;
    const isThere = binary("equal", addAxes(places, ndim, [ndim - 1]), positions(oneChunk(this.#size)));
    return cast(isThere, this.#dtype);
  }

  #slice(start: number, stop: number, step = 1): Node {
    const sides = this.#lines.grid.slice(0, -1).map(() => new Slice(null, null, 1));
    return select(this.#lines, [...sides, new Slice(start, stop, step)]);
  }
}

function luOfBlock(block: Node): { lower: Node; upper: Node; exchange: Node } {
  const factors = new PackedFactors(block);
  const both = factors.both();
  return {
    lower: binary("add", tril(both, -1), identity(both, block.shape[0] ?? 0)),
    upper: triu(both, 0),
    exchange: factors.exchange(),
  };
}

/** The matrices that put rows back in their old place, as one matrix with these on its diagonal. */
export function permutationOf(exchanges: readonly Node[]): Node {
  const total = exchanges.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  let above = 0;
  const rows = exchanges.map((exchange) => {
    const size = exchange.shape[0] ?? 0;
    const behind = total - above - size;
    const row = [
      ...(above > 0 ? [zeros(exchange, size, above)] : []),
      transposed(exchange),
      ...(behind > 0 ? [zeros(exchange, size, behind)] : []),
    ];
    above += size;
    return concatenateNodes(row, 1);
  });
  return concatenateNodes(rows, 0);
}

/** Rows exchanged as the factors have them. */
export function exchangeRows(exchanges: readonly Node[], b: Node): Node {
  let start = 0;
  const parts = exchanges.map((exchange) => {
    const size = exchange.shape[0] ?? 0;
    start += size;
    return matmul(exchange, part(b, [start - size, start]));
  });
  return concatenateNodes(parts, 0);
}

/** The solution of a triangular system, block row by block row. */
export function solveTriangle(a: Node, b: Node, triangle: Triangle): Node {
  let [matrix, rest] = [squareBlocks(a), b];
  const solved: Node[] = [];
  for (let left = axisBlocks(matrix.grid[0] ?? []); left > 0; left -= 1) {
    const [rows = []] = matrix.grid;
    const total = axisLength(rows);
    const size = triangle.lower ? firstChunk(rows) : (rows.at(-1)?.length ?? 0);
    const [own, others] = triangle.lower
      ? ([[0, size], [size]] as const)
      : ([[total - size], [0, total - size]] as const);
    const solution = solveBlock(part(matrix, own, own), part(rest, own), triangle);
    solved.push(solution);
    if (left === 1) break;
    rest = binary("subtract", part(rest, others), matmul(part(matrix, others, own), solution));
    matrix = part(matrix, others, others);
  }
  return concatenateNodes(triangle.lower ? solved : solved.reverse(), 0);
}
