import { checkInteger, invalid } from "../../check.js";
import { type Node, product } from "../../graph/index.js";
import { select } from "../select.js";
import { Slice } from "../slice.js";
import { whenKnown } from "../when-known.js";
import { concatenateNodes } from "./concatenate.js";
import { checkAxes, listOf, numbersBelow, swapaxes } from "./permute.js";
import { reshape } from "./reshape.js";

/** Moves elements along axes; those that leave at one end come in at the other. */
export function roll(node: Node, shift: unknown, axis: unknown): Node {
  const shifts = listOf(shift).map((value, index) => checkInteger(value, `shift[${index}]`));
  const { dtype, shape } = node;
  const unmeasured = { label: "roll", parameters: [shifts, axis], dtype, ndim: shape.length };
  return whenKnown([node], unmeasured, ([known = node]) => rollKnown(known, shifts, axis));
}

function rollKnown(node: Node, shifts: readonly number[], axis: unknown): Node {
  if (axis === undefined) {
    const plan = { mergeChunks: true };
    const total = shifts.reduce((sum, step) => sum + step, 0);
    if (total % Math.max(1, product(node.shape)) === 0) return node;
    return reshape(rollAxis(reshape(node, -1, plan), total, 0), node.shape, plan);
  }
  // The same axis may be named more than once.
  const axes = listOf(axis).flatMap((entry) => checkAxes([entry], "options.axis", node.shape.length));
  const count = Math.max(shifts.length, axes.length);
  const isFitting = [shifts, axes].every((list) => list.length === count || list.length === 1);
  if (!isFitting) throw invalid("a shift for each axis", "shift", shifts);
  return numbersBelow(count).reduce(
    (rolled, number) => rollAxis(rolled, shifts[number] ?? shifts[0] ?? 0, axes[number] ?? axes[0] ?? 0),
    node,
  );
}

function rollAxis(node: Node, shift: number, axis: number): Node {
  const length = node.shape[axis] ?? 0;
  const border = length === 0 ? 0 : (((length - shift) % length) + length) % length;
  if (border === 0) return node;
  return concatenateNodes([sliceAlong(node, axis, border, length), sliceAlong(node, axis, 0, border)], axis);
}

/** Turns the order of axes round: of all, or of those given. */
export function flip(node: Node, axis: unknown): Node {
  const ndim = node.shape.length;
  const axes = axis === undefined ? numbersBelow(ndim) : checkAxes(listOf(axis), "options.axis", ndim);
  return select(
    node,
    numbersBelow(ndim).map((number) => (axes.includes(number) ? "::-1" : ":")),
  );
}

/** Turns a plane by 90 degrees some times, from the first axis towards the second. */
export function rot90(node: Node, k: unknown, plane: unknown): Node {
  const [first, second, ...more] = checkAxes(listOf(plane), "options.axes", node.shape.length);
  if (first === undefined || second === undefined || more.length > 0) {
    throw invalid("two axes", "options.axes", plane);
  }
  const turns = ((checkInteger(k, "k") % 4) + 4) % 4;
  if (turns === 0) return node;
  if (turns === 2) return flip(node, [first, second]);
  const swapped = (turned: Node): Node => swapaxes(turned, first, second);
  return turns === 1 ? swapped(flip(node, second)) : flip(swapped(node), second);
}

/** The elements `start` up to but not including `stop` along an axis, `step` apart. */
export function sliceAlong(node: Node, axis: number, start: number, stop: number | null, step = 1): Node {
  return select(
    node,
    node.shape.map((_, number) => (number === axis ? new Slice(start, stop, step) : ":")),
  );
}
