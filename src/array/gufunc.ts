import { invalid } from "../check.js";
import type { DType } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Axis, Project } from "../generated/layers.js";
import { axisLength, type Node } from "../graph/index.js";
import { arrayNode } from "./arrange/operands.js";
import { broadcast } from "./broadcast.js";
import { callBlocks, checkFunction, readBlockOptions } from "./call-blocks.js";
import { checkDType } from "./create.js";
import { gather } from "./rechunk.js";
import { formatShape } from "./shape.js";
import { oneChunk } from "./statistics/along.js";

/** What a generalised function gives. */
export interface GufuncOptions<D extends DType = DType> {
  /** Element type of the result. Default: that of the first array. */
  readonly dtype?: D | undefined;
  /** Lengths of core axes that only the result has. */
  readonly outputSizes?: Readonly<Record<string, number>> | undefined;
}

/** A signature: names of the core axes of each argument and of the result. */
interface Signature {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** A function over the last axes of arrays, which the signature names; over the others it is called block by block. */
export function applyGufunc(
  called: unknown,
  signature: unknown,
  arrays: readonly unknown[],
  options: unknown,
): Node {
  const run = checkFunction(called, "f");
  const given = readBlockOptions(options, ["dtype", "outputSizes"]);
  const { inputs, output } = parse(signature);
  if (arrays.length !== inputs.length || arrays.length === 0) {
    throw invalid(`${inputs.length} arrays, as in the signature,`, "arrays", arrays.length);
  }
  const nodes = arrays.map((value, number) => arrayNode(value, `arrays[${number}]`));
  const lengths = coreLengths(nodes, inputs, given["outputSizes"]);
  const split = nodes.map((node, number) => node.shape.length - (inputs[number]?.length ?? 0));
  // Loop axes broadcast; core axes have one chunk.
  const loops = broadcast(nodes.map((node, number) => loopOf(node, split[number] ?? 0)));
  const ndim = loops.grid.length;
  const reads = nodes.map((node, number) => {
    const loop = loops.nodes[number]?.grid ?? [];
    const core = node.grid.slice(split[number]).map((axis) => oneChunk(axisLength(axis)));
    const read = [
      ...loop.map((_, axis): Project => ({ axis: axis + ndim - loop.length })),
      ...core.map((): Project => ({ at: 0 })),
    ];
    return { node: gather(node, [...loop, ...core]), read };
  });
  const made = output.map((name): Axis => oneChunk(lengthOf(lengths, name)));
  return callBlocks({
    label: "applyGufunc",
    called: run,
    reads,
    dtype:
      given["dtype"] === undefined
        ? (nodes[0]?.dtype ?? "float64")
        : checkDType(given["dtype"], "options.dtype"),
    grid: [...loops.grid, ...made],
  });
}

/** An array's loop axes alone: enough to tell how they broadcast. */
function loopOf(node: Node, count: number): Node {
  return { ...node, grid: node.grid.slice(0, count), shape: node.shape.slice(0, count) };
}

function parse(signature: unknown): Signature {
  const expected = 'a signature such as "(i,j),(j)->(i)"';
  const text = typeof signature === "string" ? signature.replaceAll(/\s/g, "") : "";
  const [, left = "", right = ""] = /^((?:\([\w,]*\))(?:,\([\w,]*\))*)->(\([\w,]*\))$/.exec(text) ?? [];
  if (right === "") throw invalid(expected, "signature", signature);
  const groups = (part: string): string[][] =>
    [...part.matchAll(/\(([\w,]*)\)/g)].map(([, names = ""]) => (names === "" ? [] : names.split(",")));
  const [output = []] = groups(right);
  return { inputs: groups(left), output };
}

function coreLengths(
  nodes: readonly Node[],
  inputs: Signature["inputs"],
  outputSizes: unknown,
): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const [number, node] of nodes.entries()) {
    const names = inputs[number] ?? [];
    if (names.length > node.shape.length) throw misfit(node, number, names);
    for (const [place, name] of names.entries()) {
      const length = node.shape[node.shape.length - names.length + place] ?? 0;
      if ((lengths.get(name) ?? length) !== length) throw misfit(node, number, names);
      lengths.set(name, length);
    }
  }
  if (outputSizes === undefined) return lengths;
  if (typeof outputSizes !== "object" || outputSizes === null) {
    throw invalid("lengths by name", "options.outputSizes", outputSizes);
  }
  for (const [name, length] of Object.entries(outputSizes)) {
    if (!Number.isSafeInteger(length) || length < 0)
      throw invalid("a length", `options.outputSizes.${name}`, length);
    lengths.set(name, length as number);
  }
  return lengths;
}

function misfit(node: Node, number: number, names: readonly string[]): BrambleError {
  return new BrambleError(
    "SHAPE_MISMATCH",
    `\`arrays[${number}]\` of shape ${formatShape(node.shape)} does not have the core axes (${names.join(",")}) of the others`,
  );
}

function lengthOf(lengths: ReadonlyMap<string, number>, name: string): number {
  const length = lengths.get(name);
  if (length !== undefined) return length;
  throw invalid(`a length for the core axis ${name}`, "options.outputSizes", undefined);
}
