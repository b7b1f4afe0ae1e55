import { checkOptions, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import { defer, isKnownGrid, type Node, product } from "../graph/index.js";
import type { AxisOptions } from "./arrange/types.js";
import { compress } from "./compress.js";
import { positions } from "./create.js";
import { cast, MapBuilder, type Value } from "./map.js";
import { memorySource } from "./memory-source.js";
import type { LazyArray } from "./lazy-array.js";
import { NDArray, type NestedArray } from "./ndarray.js";
import { nestedData } from "./nested.js";
import { hasNode, NODE } from "./operand.js";
import { select } from "./select.js";
import { checkAxis, formatShape } from "./shape.js";

/** What says yes or no to elements: numbers other than 0 say yes. */
export type Condition = LazyArray | NDArray | NestedArray<boolean> | NestedArray<number>;

/** A condition as an array of bools. */
export function conditionOf(value: unknown, name: string): Node {
  if (hasNode(value)) return cast(value[NODE], "bool");
  if (value instanceof NDArray) return cast(memorySource(value, "auto"), "bool");
  if (Array.isArray(value)) return cast(memorySource(nestedData(value), "auto"), "bool");
  throw invalid("an array of bools", name, value);
}

/**
 * The elements at which a mask is true. The mask stands for as many axes as it has, from `axis` on, and they become
 * one.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if it has other lengths than these axes.
 */
export function selectMask(node: Node, mask: Node, axis: number, name: string): Node {
  const covered = node.shape.slice(axis, axis + mask.shape.length);
  const differs = (length: number, number: number): boolean => covered[number] !== length;
  const isUnfit = mask.shape.some((length, number) => differs(length, number) && !isUnclear(number));
  if (mask.shape.length > 0 && !isUnfit) return compress(node, mask, axis);
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `\`${name}\` is a mask of shape ${formatShape(mask.shape)}, which does not fit the axes of shape ${formatShape(covered)} that it stands for`,
  );

  /** Whether lengths can be compared only when they are known. */
  function isUnclear(number: number): boolean {
    return Number.isNaN(covered[number]) || Number.isNaN(mask.shape[number] ?? 0);
  }
}

/** NumPy's `compress`: the elements along an axis at which a condition of one axis is true. */
export function compressAlong(node: Node, condition: unknown, options: unknown): Node {
  checkOptions(options, "options", ["axis"]);
  const { axis } = options as AxisOptions;
  const mask = conditionOf(condition, "condition");
  if (axis === undefined) {
    if (mask.shape.length === node.shape.length) return selectMask(node, mask, 0, "condition");
    throw invalid("an axis, or a condition for all axes,", "options.axis", axis);
  }
  const number = checkAxis(axis, "options.axis", node.shape.length);
  if (mask.shape.length !== 1) throw invalid("a condition of one axis", "condition", condition);
  const [length = 0] = mask.shape;
  if (!(length < (node.shape[number] ?? 0))) return selectMask(node, mask, number, "condition");
  // A condition may end before the axis does.
  const index = node.shape.map((_, other) => (other === number ? `:${length}` : ":"));
  return selectMask(select(node, index), mask, number, "condition");
}

/** For each axis the positions of the elements other than 0, in row-major order of the elements. */
export function nonzero(node: Node): Node[] {
  checkHasAxes(node);
  const mask = cast(node, "bool");
  return node.shape.map((_, axis) =>
    whenKnown("nonzero", axis, mask, (known) => placesOf(known, [axis], false)),
  );
}

/** The positions in row-major order of the elements other than 0. */
export function flatNonzero(node: Node): Node {
  checkHasAxes(node);
  const axes = node.shape.map((_, axis) => axis);
  return whenKnown("flatnonzero", null, cast(node, "bool"), (mask) => placesOf(mask, axes, true));
}

/** The positions of the elements other than 0, a row for each. */
export function argWhere(node: Node): Node {
  const columns = positions([{ length: node.shape.length, count: 1 }]);
  let rows: Node | undefined;
  for (const [axis, found] of nonzero(node).entries()) {
    const builder = new MapBuilder();
    const isColumn = builder.apply("equal", "int64", [
      builder.operand(columns, "int64", "x"),
      { const: { int: axis } },
    ]);
    const column = builder.operand(select(found, [":", null]), "int64", "x");
    const others = rows === undefined ? { const: { int: 0 } } : builder.operand(rows, "int64", "x");
    rows = builder.finish("argwhere", "int64", builder.apply("where", "int64", [isColumn, column, others]));
  }
  return rows ?? columns;
}

/** What `build` makes of a mask, put off while a length of it is unknown. */
function whenKnown(label: string, parameters: unknown, mask: Node, build: (mask: Node) => Node): Node {
  if (isKnownGrid(mask.grid)) return build(mask);
  return defer({
    label,
    parameters,
    dtype: "int64",
    axes: [undefined],
    inputs: [mask],
    build: ([known = mask]) => build(known),
  });
}

/** Where the elements at which a mask is true lie along an axis, or in row-major order among all. */
function placesOf(mask: Node, axes: readonly number[], isRaveled: boolean): Node {
  const builder = new MapBuilder();
  // The mask takes part only for its shape.
  const truth = builder.operand(mask, "bool", "x");
  let sum: Value = { const: { int: 0 } };
  for (const axis of axes) {
    const inner = mask.shape.slice(axis + 1);
    const along = select(positions(mask.grid[axis] ?? []), [":", ...inner.map(() => null)]);
    const position = builder.operand(along, "int64", "x");
    const step = { const: { int: isRaveled ? product(inner) : 1 } };
    sum = builder.apply("add", "int64", [sum, builder.apply("multiply", "int64", [position, step])]);
  }
  const found = builder.apply("where", "int64", [truth, sum, { const: { int: 0 } }]);
  return compress(builder.finish("positions", "int64", found), mask, 0);
}

function checkHasAxes({ shape }: Node): void {
  if (shape.length === 0) throw new BrambleError("INVALID_ARGUMENT", "A 0-d array has no positions");
}
