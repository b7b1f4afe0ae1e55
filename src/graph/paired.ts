import { type DType, isComplex, pairType, partType } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Kind, Source } from "../generated/layers.js";
import { createLayer, labelOf, type Node, type NodeParts, type Paired } from "./node.js";
import { tokenOf } from "./token.js";

/** Layers that move elements without a look at them. */
const MOVES: ReadonlySet<string> = new Set<KindName>([
  ...(["select", "gather", "permute", "reshape", "concatenate", "diagonal"] as const),
  ...(["compress", "take", "assign", "overlap", "trim"] as const),
]);

type KindName = Kind extends infer K ? (K extends unknown ? keyof K : never) : never;

/** Real and imaginary parts of complex elements. */
export type Parts = readonly [re: Node, im: Node];

/**
 * Makes a node. Of complex elements it is two, of their real and of their imaginary parts, which engines see as arrays of
 * floats; what moves elements, and sums of them, is done with both.
 *
 * @throws {BrambleError} `UNSUPPORTED_DTYPE` for whatever else is to be done with complex elements.
 */
export function createNode(parts: NodeParts): Node {
  const { kind, dtype, inputs = [] } = parts;
  if (!isComplex(dtype) && !inputs.some(isPaired)) return createLayer(parts);
  if (isComplex(dtype) && "source" in kind) return pairOfSource(parts);
  if (!isComplex(dtype) || !isByParts(kind)) {
    const complex = inputs.find(isPaired)?.dtype ?? dtype;
    throw new BrambleError("UNSUPPORTED_DTYPE", `\`${parts.label}\` has no meaning for dtype ${complex}`);
  }
  const part = (place: 0 | 1): Node =>
    createLayer({
      ...parts,
      dtype: partType(dtype),
      inputs: inputs.map((input) => (isPaired(input) ? partsOf(input)[place] : input)),
    });
  return pairNode(parts.label, [part(0), part(1)]);
}

function isByParts(kind: Kind): boolean {
  if ("reduce" in kind) return kind.reduce.op === "sum" || kind.reduce.op === "mean";
  if ("scan" in kind) return kind.scan.op === "sum";
  return Object.keys(kind).every((name) => MOVES.has(name));
}

/** Whether the elements of a node are complex. */
export function isPaired(node: Node): node is Node & { readonly kind: Paired; readonly inputs: Parts } {
  return "paired" in node.kind;
}

/** The real and imaginary parts of complex elements. */
export function partsOf(node: Node): Parts {
  if (isPaired(node)) return node.inputs;
  throw new BrambleError("INTERNAL", `${node.name} is not complex`);
}

/** Complex elements of their parts, which are alike in shape and blocks. */
export function pairNode(label: string, parts: Parts): Node {
  const [re] = parts;
  const token = tokenOf(["paired", parts.map((part) => part.token)]);
  return {
    name: `${label}-${token.slice(0, 6)}`,
    token,
    kind: { paired: true },
    dtype: pairType(re.dtype),
    grid: re.grid,
    shape: re.shape,
    inputs: parts,
  };
}

/** A store of complex numbers is one of floats, in which real and imaginary parts take turns. */
function pairOfSource({ label, kind, dtype, grid, buffer }: NodeParts): Node {
  if (!("source" in kind) || !isComplex(dtype)) throw new BrambleError("INTERNAL", `${label} is no source`);
  const floats =
    "zarr" in kind.source.store ? turnsAlongLast(kind.source, dtype) : turnsAlongMore(kind.source);
  const part = (at: 0 | 1): Node =>
    createLayer({
      label,
      kind: { source: floats(at) },
      dtype: partType(dtype),
      grid,
      ...(buffer !== undefined && { buffer }),
    });
  return pairNode(label, [part(0), part(1)]);
}

/** Parts lie along an axis more: what runs fastest, the last, and in a file in the order of Fortran the first. */
function turnsAlongMore(source: Source): (at: 0 | 1) => Source {
  const { shape, selection, decoded_chunks: chunks, store } = source;
  const isFirst = "raw" in store && store.raw.fortran;
  const add = <T>(entries: readonly T[], entry: T): T[] =>
    isFirst ? [entry, ...entries] : [...entries, entry];
  return (at) => ({
    store,
    shape: add(shape, 2),
    selection: add(selection, { index: { at } }),
    decoded_chunks: chunks === null ? null : add(chunks, 2),
  });
}

/** Names of chunks tell their places along each axis, so that parts take turns along the last one. */
function turnsAlongLast(source: Source, dtype: DType): (at: 0 | 1) => Source {
  const { shape, selection, decoded_chunks: chunks, store } = source;
  if (!("zarr" in store) || shape.length === 0 || store.zarr.order.at(-1) !== shape.length - 1) {
    throw new BrambleError(
      "UNSUPPORTED_DTYPE",
      `Elements of type ${dtype} are read where the last axis runs fastest only`,
    );
  }
  return (at) => ({
    store: { zarr: { ...store.zarr, chunks: twiceLast(store.zarr.chunks) } },
    shape: twiceLast(shape),
    selection: [...selection.slice(0, -1), { slice: { start: at, step: 2 } }],
    decoded_chunks: chunks === null ? null : twiceLast(chunks),
  });
}

/** Lengths, the last of which is twice as long. */
export function twiceLast(lengths: readonly number[]): number[] {
  return lengths.map((length, axis) => (axis === lengths.length - 1 ? 2 * length : length));
}

/** Complex elements as one layer of floats with a last axis more, in one chunk: the real part and behind it the imaginary one. */
export function interleaved(node: Node): Node {
  const parts = partsOf(node);
  const [re] = parts;
  return createLayer({
    label: labelOf(node),
    kind: { pair: {} },
    dtype: re.dtype,
    grid: [...node.grid, [{ length: 2, count: 1 }]],
    inputs: parts,
  });
}
