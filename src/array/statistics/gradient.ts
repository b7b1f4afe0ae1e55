import { checkOneOf, invalid } from "../../check.js";
import { resultOf } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Node } from "../../graph/index.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { cast } from "../map.js";
import { readAxes } from "../reduce.js";
import { select } from "../select.js";
import { Slice } from "../slice.js";
import { binary } from "./node-math.js";

/** The slopes along axes, as far apart as `spacing` says: in the middle between neighbours, at the ends one-sided. */
export function gradient(x: Node, spacing: unknown, axis: unknown, edgeOrder: unknown): Node[] {
  const axes = readAxes(axis, x.shape.length);
  const order = checkOneOf(String(edgeOrder), "options.edgeOrder", ["1", "2"]) === "1" ? 1 : 2;
  const steps = stepsOf(spacing, axes.length);
  const floats = cast(x, resultOf("float", x.dtype));
  return axes.map((along, number) => slopes(floats, along, steps[number] ?? 1, order));
}

function stepsOf(spacing: unknown, count: number): number[] {
  const list: readonly unknown[] = Array.isArray(spacing)
    ? spacing
    : Array.from({ length: count }, () => spacing);
  const isStep = (value: unknown): value is number =>
    typeof value === "number" && Number.isFinite(value) && value !== 0;
  if (list.length === count && list.every(isStep)) return [...list];
  throw invalid(`a distance, or ${count} of them,`, "options.spacing", spacing);
}

function slopes(x: Node, along: number, step: number, order: 1 | 2): Node {
  const length = x.shape[along] ?? 0;
  if (length < order + 1) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `A slope takes ${order + 1} elements, but axis ${along} has ${length}`,
    );
  }
  const part = (start: number, stop: number | null): Node =>
    select(
      x,
      x.shape.map((_, axis) => (axis === along ? new Slice(start, stop, 1) : ":")),
    );
  const at = (place: number): Node => part(place, place === -1 ? null : place + 1);
  const inner = binary("divide", binary("subtract", part(2, null), part(0, -2)), 2 * step);
  const oneSided = (near: Node, next: Node, after: Node, sign: 1 | -1): Node =>
    order === 1
      ? binary("divide", binary("subtract", next, near), sign * step)
      : binary(
          "divide",
          binary(
            "subtract",
            binary("subtract", binary("multiply", next, 4), binary("multiply", near, 3)),
            after,
          ),
          sign * 2 * step,
        );
  const far = (place: number): Node => (order === 1 ? at(place) : at(place < 0 ? place - 1 : place + 1));
  const ends = [oneSided(at(0), at(1), far(1), 1), oneSided(at(-1), at(-2), far(-2), -1)] as const;
  return concatenateNodes(length > 2 ? [ends[0], inner, ends[1]] : [...ends], along);
}
