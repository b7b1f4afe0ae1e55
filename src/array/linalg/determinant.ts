import type { Node } from "../../graph/index.js";
import { addAxes } from "../arrange/dims.js";
import { diagonal, triu } from "../arrange/diagonal.js";
import { full } from "../create.js";
import { cast } from "../map.js";
import { binary, reduction, unary } from "../statistics/node-math.js";
import { NODE } from "../operand.js";
import { where } from "../where.js";
import { inOneBlock } from "./matrices.js";
import { factorsOfBlock } from "./triangles.js";

/** A determinant as its sign and the logarithm of its size. */
export interface SignAndLog {
  readonly sign: Node;
  readonly logabsdet: Node;
}

/** The product of the pivots of a square matrix, which is put into one block. */
export function determinant(matrix: Node): Node {
  if (matrix.shape[0] === 0) return one(matrix);
  const { pivots, sign, isSingular } = pivotsOf(matrix);
  const product = binary("multiply", reduction("prod", pivots, {}), sign);
  return cast(choose(isSingular, 0, product), matrix.dtype);
}

/** The sign of the determinant and the logarithm of its size, which neither overflows nor vanishes. */
export function signAndLog(matrix: Node): SignAndLog {
  if (matrix.shape[0] === 0) return { sign: one(matrix), logabsdet: unary("log", one(matrix)) };
  const { pivots, sign, isSingular } = pivotsOf(matrix);
  const signs = binary("multiply", reduction("prod", unary("sign", pivots), {}), sign);
  const sizes = reduction("sum", unary("log", unary("absolute", pivots)), {});
  return {
    sign: cast(choose(isSingular, 0, signs), matrix.dtype),
    logabsdet: cast(choose(isSingular, Number.NEGATIVE_INFINITY, sizes), matrix.dtype),
  };
}

/** The determinant of a matrix without elements. */
function one({ dtype }: Node): Node {
  return full("det", [], 1, { dtype }, dtype);
}

/** A number where a condition holds, else another. */
function choose(condition: Node, value: number, otherwise: Node): Node {
  return where({ [NODE]: condition }, value, { [NODE]: otherwise });
}

/** What tells a determinant: in double precision the diagonal of the upper factor, and -1 for an odd number of exchanges. */
interface Pivots {
  readonly pivots: Node;
  readonly sign: Node;
  /** Whether there is a pivot of 0. What comes behind it has no meaning. */
  readonly isSingular: Node;
}

function pivotsOf(matrix: Node): Pivots {
  const block = inOneBlock(cast(matrix, "float64"));
  const { both, places } = factorsOfBlock(block);
  const inversions = triu(binary("greater", addAxes(places, 2, [1]), places), 1);
  const isOdd = binary("remainder", reduction("sum", inversions, {}), 2);
  const sign = binary("subtract", 1, binary("multiply", isOdd, 2));
  const pivots = diagonal(both, 0, 0, 1);
  // NaN in the matrix is NaN in the determinant, whatever the pivots are.
  const isFinite = reduction("all", unary("isfinite", block), {});
  const hasZero = reduction("any", binary("equal", pivots, 0), {});
  return { pivots, sign: cast(sign, "float64"), isSingular: binary("logicalAnd", hasZero, isFinite) };
}
