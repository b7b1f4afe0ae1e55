import { type DType, isComplex, partType } from "../../dtype/index.js";
import { type Node, product } from "../../graph/index.js";
import { addAxes } from "../arrange/dims.js";
import { triu } from "../arrange/diagonal.js";
import { realPart } from "../complex/parts.js";
import { full } from "../create.js";
import { cast } from "../map.js";
import { binary, reduction, unary } from "../statistics/node-math.js";
import { NODE } from "../operand.js";
import { where } from "../where.js";
import { inOneBlock, sidesOf } from "./matrices.js";
import { PackedFactors } from "./triangles.js";

/** Determinants as their signs and the logarithms of their sizes. */
export interface SignAndLog {
  readonly sign: Node;
  readonly logabsdet: Node;
}

/** The products of the pivots of square matrices, each of which is put into one block. */
export function determinant(matrices: Node): Node {
  if (product(matrices.shape) === 0) return ones(matrices);
  const { pivots, sign, isSingular } = pivotsOf(matrices);
  const products = binary("multiply", reduction("prod", pivots, { axis: -1 }), sign);
  return cast(choose(isSingular, 0, products), matrices.dtype);
}

/** The signs of determinants and the logarithms of their sizes, which neither overflow nor vanish. */
export function signAndLog(matrices: Node): SignAndLog {
  if (product(matrices.shape) === 0) {
    return { sign: ones(matrices), logabsdet: realPart(unary("log", ones(matrices))) };
  }
  const { pivots, sign, isSingular } = pivotsOf(matrices);
  const signs = binary("multiply", reduction("prod", unary("sign", pivots), { axis: -1 }), sign);
  const sizes = reduction("sum", unary("log", unary("absolute", pivots)), { axis: -1 });
  return {
    sign: cast(choose(isSingular, 0, signs), matrices.dtype),
    logabsdet: cast(choose(isSingular, Number.NEGATIVE_INFINITY, sizes), realType(matrices)),
  };
}

function realType({ dtype }: Node): DType {
  return isComplex(dtype) ? partType(dtype) : dtype;
}

/** The determinants of matrices without elements. */
function ones({ dtype, shape }: Node): Node {
  return full("det", sidesOf(shape), 1, { dtype }, dtype);
}

/** A number where a condition holds, else another. */
function choose(condition: Node, value: number, otherwise: Node): Node {
  return where({ [NODE]: condition }, value, { [NODE]: otherwise });
}

/** What tells determinants, in double precision. */
interface Pivots {
  /** Those of a matrix along the last axis. */
  readonly pivots: Node;
  /** In the dtype of the pivots: -1 for an odd number of exchanges of rows. */
  readonly sign: Node;
  /** Whether there is a pivot of 0. */
  readonly isSingular: Node;
}

function pivotsOf(matrices: Node): Pivots {
  const factors = new PackedFactors(
    inOneBlock(cast(matrices, isComplex(matrices.dtype) ? "complex128" : "float64")),
  );
  const places = factors.places();
  const ndim = places.shape.length + 1;
  const inversions = triu(
    binary("greater", addAxes(places, ndim, [ndim - 1]), addAxes(places, ndim, [ndim - 2])),
    1,
  );
  const isOdd = binary("remainder", reduction("sum", inversions, { axis: [-2, -1] }), 2);
  const sign = binary("subtract", 1, binary("multiply", isOdd, 2));
  const pivots = factors.pivots();
  const isSingular = reduction("any", binary("equal", pivots, 0), { axis: -1 });
  return { pivots, sign: cast(sign, pivots.dtype), isSingular };
}
