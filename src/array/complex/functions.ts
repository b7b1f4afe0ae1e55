import { checkOptions } from "../../check.js";
import type { ResultOf } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { pairNode } from "../../graph/index.js";
import { arrayNode } from "../arrange/operands.js";
import { LazyArray } from "../lazy-array.js";
import { cast } from "../map.js";
import { promoteOperands } from "../operand.js";
import { binary, unary } from "../statistics/node-math.js";
import type { DTypeOf, Operand, RankOf, UnaryResult } from "../types.js";
import { angle as angleNode, conjugate, imaginaryPart, realPart } from "./parts.js";
import { broadcastArrays } from "../arrange/broadcast-to.js";

/** How angles are given. */
export interface AngleOptions {
  /** Whether in degrees rather than in radians. Default: false. */
  readonly deg?: boolean | undefined;
}

/** The real parts of complex elements; real ones as they are. */
export function real<const A extends Operand>(x: A): UnaryResult<"real", A> {
  return new LazyArray(realPart(arrayNode(x, "x"))) as UnaryResult<"real", A>;
}

/** The imaginary parts of complex elements; zeros of real ones. */
export function imag<const A extends Operand>(x: A): UnaryResult<"real", A> {
  return new LazyArray(imaginaryPart(arrayNode(x, "x"))) as UnaryResult<"real", A>;
}

/** Complex conjugates: the imaginary parts have the other sign. Real elements stay. */
export function conj<const A extends Operand>(x: A): UnaryResult<"same", A> {
  return new LazyArray(conjugate(arrayNode(x, "x"))) as UnaryResult<"same", A>;
}

/** The angles of complex numbers, in radians from -pi to pi; of real ones 0 or pi. */
export function angle<const A extends Operand>(
  x: A,
  options: AngleOptions = {},
): LazyArray<ResultOf<"spread", DTypeOf<A>>, RankOf<A>> {
  checkOptions(options, "options", ["deg"]);
  const radians = angleNode(arrayNode(x, "x"));
  const node = options.deg === true ? binary("multiply", radians, 180 / Math.PI) : radians;
  return new LazyArray(node) as LazyArray<ResultOf<"spread", DTypeOf<A>>, RankOf<A>>;
}

/** Whether elements have an imaginary part other than 0. */
export function iscomplex<const A extends Operand>(x: A): LazyArray<"bool", RankOf<A>> {
  return new LazyArray(cast(imaginaryPart(arrayNode(x, "x")), "bool")) as LazyArray<"bool", RankOf<A>>;
}

/** Whether elements have no imaginary part other than 0. */
export function isreal<const A extends Operand>(x: A): LazyArray<"bool", RankOf<A>> {
  return new LazyArray(unary("logicalNot", imaginaryPart(arrayNode(x, "x")))) as LazyArray<"bool", RankOf<A>>;
}

/**
 * Complex numbers of their real and imaginary parts, which are broadcast: complex64 of two of float32, else complex128.
 *
 * @throws {BrambleError} `UNSUPPORTED_DTYPE` for parts that are complex themselves.
 */
export function fromParts<const A extends Operand, const B extends Operand>(
  re: A,
  im: B,
): LazyArray<"complex64" | "complex128"> {
  const given = [arrayNode(re, "re"), arrayNode(im, "im")];
  const { dtype } = promoteOperands(given);
  if (dtype === "complex64" || dtype === "complex128") {
    throw new BrambleError(
      "UNSUPPORTED_DTYPE",
      `Expected real parts for \`re\` and \`im\` but one is ${dtype}`,
    );
  }
  const float = dtype === "float32" ? dtype : "float64";
  const [a, b] = broadcastArrays(given.map((node) => cast(node, float)));
  if (a === undefined || b === undefined) throw new BrambleError("INTERNAL", "a part is missing");
  return new LazyArray(pairNode("complex", [a, b])) as LazyArray<"complex64" | "complex128">;
}
