import type { DType, TypedArray } from "../dtype/index.js";
import type { Grid, Kind } from "../generated/layers.js";
import { gridShape } from "./grid.js";
import { memoryToken, tokenOf } from "./token.js";

/** A layer under construction: its inputs are other nodes, and it never changes. */
export interface Node {
  /** For people: what it does and the beginning of its token, such as `sum-3f2a91`. */
  readonly name: string;
  /** Equal for equal expressions. */
  readonly token: string;
  /** What is done. The number in a `memory` store counts only once the graph is collected. */
  readonly kind: Kind;
  /** Element type. */
  readonly dtype: DType;
  /** How it is cut into blocks. */
  readonly grid: Grid;
  /** Number of elements along each axis. */
  readonly shape: readonly number[];
  /** What it reads. */
  readonly inputs: readonly Node[];
  /** The data of a `memory` store. */
  readonly buffer?: TypedArray;
}

/** What a new node consists of. */
export interface NodeParts {
  /** What it does, in a word: the beginning of its name. */
  readonly label: string;
  readonly kind: Kind;
  readonly dtype: DType;
  readonly grid: Grid;
  readonly inputs?: readonly Node[];
  readonly buffer?: TypedArray;
}

/** Makes a node. */
export function createNode({ label, kind, dtype, grid, inputs = [], buffer }: NodeParts): Node {
  const data = buffer === undefined ? null : memoryToken(buffer);
  const token = tokenOf([kind, dtype, grid, inputs.map((input) => input.token), data]);
  return {
    name: `${label}-${token.slice(0, 6)}`,
    token,
    kind,
    dtype,
    grid,
    shape: gridShape(grid),
    inputs,
    ...(buffer !== undefined && { buffer }),
  };
}
