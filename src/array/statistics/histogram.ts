import { checkBoolean, checkInteger, checkOptions, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { defer, isKnownGrid, type Node, product } from "../../graph/index.js";
import { diff } from "./diff.js";
import { cast } from "../map.js";
import { memorySource } from "../memory-source.js";
import { NDArray } from "../ndarray.js";
import { gather } from "../rechunk.js";
import { formatShape } from "../shape.js";
import { along, oneChunk } from "./along.js";
import { positions } from "../create.js";
import { NODE } from "../operand.js";
import { where } from "../where.js";
import { binary, reduction } from "./node-math.js";
import { weightsNode } from "./weights.js";

type Fields = Readonly<Record<string, unknown>>;

/** How many elements lie between edges, or what they weigh; and the edges. */
export function histogram(x: Node, options: object): readonly [Node, Node] {
  checkOptions(options, "options", ["bins", "range", "weights", "density"]);
  const { bins = 10, range, weights, density = false } = options as Fields;
  const isDensity = checkBoolean(density, "options.density");
  const elements = cast(x, "float64");
  const edges = edgesFor(elements, bins, range);
  const count = (edges.shape[0] ?? 1) - 1;
  const axes = [...x.shape.keys()];
  const inputs = [elements, edges, ...(weights === undefined ? [] : [weightsOf(weights, elements)])];
  const dtype = weights === undefined ? "int64" : "float64";
  const op = { histogram: {} };
  const parts = along({ label: "histogram", op, axes, length: count, dtype }, inputs);
  const counts = axes.length === 0 ? parts : reduction("sum", parts, { axis: axes });
  if (!isDensity) return [counts, edges];
  const widths = binary("multiply", diff(edges, {}), reduction("sum", counts, {}));
  return [binary("divide", counts, widths), edges];
}

/** How often each number from 0 on occurs, or what its places weigh. */
export function bincount(x: Node, options: object): Node {
  checkOptions(options, "options", ["weights", "minlength"]);
  const { weights, minlength = 0 } = options as Fields;
  const least = checkInteger(minlength, "options.minlength", 0);
  if (x.shape.length !== 1) {
    throw new BrambleError("SHAPE_MISMATCH", `\`x\` of shape ${formatShape(x.shape)} has not one axis`);
  }
  if (x.dtype.startsWith("float") || x.dtype === "uint64") {
    throw new BrambleError("UNSUPPORTED_DTYPE", `\`bincount\` has no meaning for dtype ${x.dtype}`);
  }
  const numbers = cast(x, "int64");
  const weight = weights === undefined ? undefined : weightsOf(weights, numbers);
  const inputs = weight === undefined ? [numbers] : [numbers, weight];
  const dtype = weight === undefined ? "int64" : "float64";
  const count = (known: readonly Node[], length: number): Node =>
    reduction("sum", along({ label: "bincount", op: { bincount: {} }, axes: [0], length, dtype }, known), {
      axis: 0,
    });
  if (x.shape[0] === 0) return count(inputs, least);
  // How many are counted depends on the greatest of them.
  const greatest = reduction("max", numbers, {});
  return defer({
    label: "bincount",
    parameters: least,
    dtype,
    axes: [undefined],
    inputs: [...inputs, greatest],
    reads: [inputs.length],
    build(known) {
      const most = Number((known.at(-1)?.buffer as BigInt64Array | undefined)?.[0] ?? -1n);
      return count(known.slice(0, -1), Math.max(least, most + 1));
    },
  });
}

/** The edges of bins: those given, or so many of equal width. */
export function edgesFor(x: Node, bins: unknown, range: unknown): Node {
  return Array.isArray(bins) ? givenEdges(bins) : evenEdges(x, bins, range);
}

/** A weight for each element, in its chunks. */
export function weightsOf(weights: unknown, x: Node): Node {
  const node = cast(weightsNode(weights), "float64");
  const isAlike =
    node.shape.length === x.shape.length && node.shape.every((n, axis) => Object.is(n, x.shape[axis]));
  if (isAlike) return isKnownGrid(x.grid) ? gather(node, x.grid) : node;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `\`options.weights\` of shape ${formatShape(node.shape)} do not fit an array of shape ${formatShape(x.shape)}`,
  );
}

function givenEdges(bins: readonly unknown[]): Node {
  const isAscending = bins.every(
    (edge, index) => typeof edge === "number" && (index === 0 || edge >= (bins[index - 1] as number)),
  );
  if (!isAscending || bins.length < 2) throw invalid("two or more ascending numbers", "options.bins", bins);
  return edgesOf(Float64Array.from(bins as readonly number[]));
}

function edgesOf(edges: Float64Array): Node {
  return memorySource(new NDArray(edges, [edges.length]), -1);
}

/** Edges of bins of equal width, from the least to the greatest element unless a range is given. */
function evenEdges(x: Node, bins: unknown, range: unknown): Node {
  const count = checkInteger(bins, "options.bins", 1, 2 ** 31);
  if (range !== undefined) {
    const [low, high] = readRange(range);
    const [first, last] = low === high ? [low - 0.5, high + 0.5] : [low, high];
    const step = (last - first) / count;
    return edgesOf(
      Float64Array.from({ length: count + 1 }, (_, index) => (index === count ? last : index * step + first)),
    );
  }
  if (product(x.shape) === 0) return evenEdges(x, bins, [0, 1]);
  const [low, high] = [reduction("min", x, {}), reduction("max", x, {})];
  const isSingle = binary("equal", low, high);
  const half = binary("multiply", cast(isSingle, "float64"), 0.5);
  const [first, last] = [binary("subtract", low, half), binary("add", high, half)];
  const step = binary("divide", binary("subtract", last, first), count);
  const places = cast(positions(oneChunk(count + 1)), "float64");
  const even = binary("add", binary("multiply", places, step), first);
  return where({ [NODE]: binary("equal", places, count) }, { [NODE]: last }, { [NODE]: even });
}

function readRange(range: unknown): readonly [number, number] {
  const [low, high] = Array.isArray(range) ? (range as readonly unknown[]) : [];
  const isRange =
    typeof low === "number" && typeof high === "number" && low <= high && Number.isFinite(high - low);
  if (isRange) return [low, high];
  throw invalid("a pair of ascending finite numbers", "options.range", range);
}
