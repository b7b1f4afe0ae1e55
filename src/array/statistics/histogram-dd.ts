import { checkBoolean, checkOptions, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { type Node, product } from "../../graph/index.js";
import { addAxes } from "../arrange/dims.js";
import { reshape } from "../arrange/reshape.js";
import { cast } from "../map.js";
import { NODE, nodeOf } from "../operand.js";
import { find } from "../search/search.js";
import { select } from "../select.js";
import { formatShape } from "../shape.js";
import { Slice } from "../slice.js";
import { where } from "../where.js";
import { along } from "./along.js";
import { diff } from "./diff.js";
import { edgesFor, weightsOf } from "./histogram.js";
import { binary, reduction } from "./node-math.js";

/** How many points lie in each box of a grid, or what they weigh; and the edges along each axis. */
export function histogramdd(sample: unknown, options: object): readonly [Node, readonly Node[]] {
  checkOptions(options, "options", ["bins", "range", "weights", "density"]);
  const { bins = 10, range, weights, density = false } = options as Readonly<Record<string, unknown>>;
  const isDensity = checkBoolean(density, "options.density");
  const coordinates = readSample(sample);
  const [first] = coordinates;
  const ndim = coordinates.length;
  const edges = coordinates.map((x, axis) =>
    edgesFor(
      x,
      entry(bins, axis, ndim, "bins"),
      range === undefined ? undefined : entry(range, axis, ndim, "range"),
    ),
  );
  const counts = edges.map((list) => (list.shape[0] ?? 1) - 1);
  const box = coordinates.map((x, axis) => binOf(x, edges[axis] ?? x, counts[axis] ?? 0));
  const total = product(counts);
  const inputs = [
    boxNumbers(box, counts, total),
    ...(weights === undefined ? [] : [weightsOf(weights, first)]),
  ];
  const dtype = weights === undefined ? "int64" : "float64";
  const op = { bincount: {} };
  const parts = along({ label: "histogramdd", op, axes: [0], length: total + 1, dtype }, inputs);
  const flat = select(reduction("sum", parts, { axis: 0 }), [new Slice(0, total, 1)]);
  const result = reshape(flat, counts, { mergeChunks: true });
  return [isDensity ? densityOf(result, edges) : result, edges];
}

/** The points, axis by axis: vectors of the same length. */
function readSample(sample: unknown): readonly [Node, ...Node[]] {
  const expected = "a list of arrays, one for each axis";
  if (!Array.isArray(sample)) throw invalid(expected, "sample", sample);
  const [first, ...others] = sample.map((x, axis) => cast(nodeOf(x, `sample[${axis}]`), "float64"));
  if (first === undefined) throw invalid(expected, "sample", sample);
  for (const node of [first, ...others]) {
    if (node.shape.length === 1 && Object.is(node.shape[0], first.shape[0])) continue;
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `Coordinates of shape ${formatShape(node.shape)} do not fit others of shape ${formatShape(first.shape)}`,
    );
  }
  return [first, ...others];
}

/** What holds for an axis: the same for all, or an entry of a list. */
function entry(value: unknown, axis: number, ndim: number, name: string): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length === ndim) return value[axis] as unknown;
  throw invalid(`an entry for each of ${ndim} axes`, `options.${name}`, value);
}

/** The number of the bin in which each coordinate lies; `count` where it lies in none. */
function binOf(x: Node, edges: Node, count: number): Node {
  const bin = binary("subtract", find(x, edges, true), 1);
  const last = select(edges, [count]);
  // The last bin has its upper edge too.
  const closed = choose(binary("equal", x, last), count - 1, bin);
  const isInside = binary("logicalAnd", binary("greaterEqual", closed, 0), binary("lessEqual", x, last));
  return choose(isInside, closed, count);
}

function choose(condition: Node, a: Node | number, b: Node | number): Node {
  const operand = (value: Node | number): unknown => (typeof value === "number" ? value : { [NODE]: value });
  return where({ [NODE]: condition }, operand(a), operand(b));
}

/** The number of the box of each point, `total` where it lies in none. */
function boxNumbers(bins: readonly Node[], counts: readonly number[], total: number): Node {
  let [number, isInside]: [Node | undefined, Node | undefined] = [undefined, undefined];
  for (const [axis, bin] of bins.entries()) {
    const count = counts[axis] ?? 1;
    const inside = binary("less", bin, count);
    isInside = isInside === undefined ? inside : binary("logicalAnd", isInside, inside);
    number = number === undefined ? bin : binary("add", binary("multiply", number, count), bin);
  }
  if (number === undefined || isInside === undefined)
    throw new BrambleError("INTERNAL", "a histogram of no axes");
  return choose(isInside, number, total);
}

function densityOf(counts: Node, edges: readonly Node[]): Node {
  const ndim = edges.length;
  return edges.reduce(
    (density, list, axis) => {
      const others = [...Array(ndim).keys()].filter((other) => other !== axis);
      return binary("divide", density, addAxes(diff(list, {}), ndim, others));
    },
    binary("divide", counts, reduction("sum", counts, {})),
  );
}
