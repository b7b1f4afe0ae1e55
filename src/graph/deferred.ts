import { askedOf, currentAnnotations, withAnnotations } from "../annotate.js";
import { type DType, isComplex, partType } from "../dtype/index.js";
import type { Axis, Grid, Run } from "../generated/layers.js";
import { unknownAxis } from "./axis.js";
import { gridShape } from "./grid.js";
import type { Node, Waiting } from "./node.js";
import { pairNode, partsOf } from "./paired.js";
import { tokenOf } from "./token.js";

/** What a node consists of that waits for lengths or elements of its inputs. */
export interface DeferredParts extends Pick<Waiting["deferred"], "build"> {
  /** What it does, in a word: the beginning of its name. */
  readonly label: string;
  /** Whatever `build` depends on beside the inputs; plain data. */
  readonly parameters: unknown;
  readonly dtype: DType;
  /** The blocks that it will have, as far as they can be told; undefined for an axis of unknown length. */
  readonly axes: readonly (Axis | undefined)[];
  readonly inputs: readonly Node[];
  /** Numbers of the inputs whose elements `build` needs in memory. Default: none. */
  readonly reads?: readonly number[];
}

/** Makes a node that is written down only when what it needs of its inputs has been computed. */
export function defer(written: DeferredParts): Node {
  const parts = annotated(written);
  const { label, parameters, dtype, axes, inputs } = parts;
  const token = tokenOf([
    "deferred",
    label,
    parameters,
    dtype,
    axes.map((axis) => axis ?? null),
    inputs.map((input) => input.token),
  ]);
  const grid = axes.map((axis, number) => axis ?? unknownAxis(Number.NaN, tokenOf([token, number])));
  if (!isComplex(dtype)) return waitingNode(parts, token, grid);
  const part = (place: 0 | 1): Node =>
    waitingNode(
      { ...parts, dtype: partType(dtype), build: (known) => partsOf(parts.build(known))[place] },
      tokenOf([token, "part", place]),
      grid,
    );
  return pairNode(label, [part(0), part(1)]);
}

/** What is asked for now is asked for what is written down later too, and told apart by it. */
function annotated(parts: DeferredParts): DeferredParts {
  const annotations = currentAnnotations();
  const asked = askedOf(annotations, false);
  if (asked === undefined) return parts;
  const { parameters, build } = parts;
  return {
    ...parts,
    parameters: [parameters ?? null, asked],
    build: (inputs) => withAnnotations(annotations, () => build(inputs)),
  };
}

function waitingNode(
  { label, dtype, inputs, reads = [], build }: DeferredParts,
  token: string,
  grid: Grid,
): Node {
  return {
    name: `${label}-${token.slice(0, 6)}`,
    token,
    kind: { deferred: { reads, build } },
    dtype,
    grid,
    shape: gridShape(grid),
    inputs,
  };
}

/** Whether a node waits. */
export function isDeferred(node: Node): node is Node & { readonly kind: Waiting } {
  return "deferred" in node.kind;
}

/** What lengths turned out to be: for what decides them, the runs that stand for one of unknown length. */
export type Lengths = ReadonlyMap<number, Axis>;

/** Notes what the unknown axes of a grid turned out to be. */
export function learnLengths(lengths: Map<number, Axis>, grid: Grid, found: Grid): void {
  for (const [number, axis] of grid.entries()) {
    const [run] = axis;
    if (axis.length === 1 && run?.unknown !== undefined) lengths.set(run.unknown, found[number] ?? []);
  }
}

/** A layer's plain data with lengths put in where runs of unknown length stand; itself where there are none. */
export function putLengths<T>(value: T, lengths: Lengths): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (!Array.isArray(value)) {
    const entries = Object.entries(value).map(([key, entry]) => [key, putLengths(entry, lengths)] as const);
    const isSame = entries.every(([key, entry]) => (value as Record<string, unknown>)[key] === entry);
    return isSame ? value : (Object.fromEntries(entries) as T);
  }
  const items = (value as unknown[]).flatMap((item): readonly unknown[] => {
    const found = isUnknownRun(item) ? lengths.get(item.unknown) : undefined;
    return found ?? [putLengths(item, lengths)];
  });
  const isSame = items.length === value.length && items.every((item, index) => item === value[index]);
  return isSame ? value : (items as T);
}

function isUnknownRun(item: unknown): item is Run & { readonly unknown: number } {
  return typeof item === "object" && item !== null && "unknown" in item && item.unknown !== undefined;
}
