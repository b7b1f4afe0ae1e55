import { resultOf } from "../../dtype/index.js";
import { isPaired, type Node, pairNode, partsOf } from "../../graph/index.js";
import { cast } from "../map.js";
import { binary, unary } from "../statistics/node-math.js";

/** The real parts; real elements as they are. */
export function realPart(x: Node): Node {
  return isPaired(x) ? partsOf(x)[0] : x;
}

/** The imaginary parts; zeros of real elements. */
export function imaginaryPart(x: Node): Node {
  return isPaired(x) ? partsOf(x)[1] : cast(partsOf(complexNode(x))[1], x.dtype);
}

/** The elements with the other sign of their imaginary parts; real elements as they are. */
export function conjugate(x: Node): Node {
  if (!isPaired(x)) return x;
  const [re, im] = partsOf(x);
  return pairNode("conj", [re, unary("negative", im)]);
}

/** The angles of the elements in the plane of complex numbers, in radians. */
export function angle(x: Node): Node {
  const [re, im] = partsOf(complexNode(x));
  return binary("arctan2", im, re);
}

/** The elements as complex numbers. */
export function complexNode(x: Node): Node {
  return cast(x, resultOf("complex", x.dtype));
}
