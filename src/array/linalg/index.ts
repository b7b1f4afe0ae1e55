import * as functions from "./functions.js";

/**
 * Linear algebra of matrices in chunks. The last bits of results depend on the kind of CPU, which may fuse a
 * multiplication and an addition, and on chunks; not on the scheduler.
 */
export const linalg = { ...functions };

export type {
  LeastSquares,
  NormOptions,
  SignAndLogarithm,
  SingularValues,
  SolveOptions,
  SolveTriangularOptions,
  SvdCompressedOptions,
  SvdOptions,
  TriangleOptions,
} from "./functions.js";
