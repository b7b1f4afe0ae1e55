import { askedOf, currentAnnotations } from "../annotate.js";
import type { DType, TypedArray } from "../dtype/index.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import type { Annotations as Asked, Grid, Kind } from "../generated/layers.js";
import { gridShape } from "./grid.js";
import { memoryToken, tokenOf } from "./token.js";

/** A layer under construction: its inputs are other nodes, and it never changes. */
export interface Node {
  /** For people: what it does and the beginning of its token, such as `sum-3f2a91`. */
  readonly name: string;
  /** Equal for equal expressions. */
  readonly token: string;
  /** What is done. The number in a `memory` store counts only once the graph is collected. */
  readonly kind: Kind | Waiting | Paired;
  /** Element type. */
  readonly dtype: DType;
  /** How it is cut into blocks. */
  readonly grid: Grid;
  /** Number of elements along each axis; NaN where it is known only when computed. */
  readonly shape: readonly number[];
  /** What it reads. */
  readonly inputs: readonly Node[];
  /** The data of a `memory` store. */
  readonly buffer?: TypedArray;
  /** What a `call` or `tasks` layer calls. */
  readonly calls?: NodeCalls;
  /** What is asked for its tasks. */
  readonly asked?: Asked;
  /** Who keeps the blocks of a `lent` layer. */
  readonly keeper?: Keeper;
}

/** Who keeps blocks on a cluster, for as long as somebody refers to it. */
export interface Keeper {
  /** The address of the cluster. */
  readonly address: string;
  /** Whether there is a connection for which they are kept. */
  readonly isConnected: boolean;
}

/** Functions and their arguments, by the numbers that a node's kind has for them. */
export interface NodeCalls {
  readonly functions: readonly TaskFunction[];
  readonly args: readonly (readonly Argument[])[];
  /** Of a `tasks` layer what a task of it is called, for people. */
  readonly keyOf?: (task: number) => string | undefined;
  /** Of a `tasks` layer what is asked for single tasks, by the numbers that its kind has for it. */
  readonly asked?: readonly Asked[];
}

/** What stands in place of a kind where it depends on lengths or elements that are yet to be computed. */
export interface Waiting {
  readonly deferred: {
    /** Numbers of the inputs whose elements decide; of the others the lengths do. */
    readonly reads: readonly number[];
    /** Makes the node of inputs whose lengths are known; those that it reads are in memory. */
    readonly build: (inputs: readonly Node[]) => Node;
  };
}

/** What stands in place of a kind where elements are complex: the inputs are their real and their imaginary parts. */
export interface Paired {
  readonly paired: true;
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
  readonly calls?: NodeCalls;
  /** Stands for `calls` in the token: equal for equal calls. */
  readonly callsToken?: string;
  /** What is asked for its tasks. Default: what `annotate` says. */
  readonly asked?: Asked | undefined;
  readonly keeper?: Keeper | undefined;
}

/** Makes a node that is one layer. */
export function createLayer(parts: NodeParts): Node {
  const { label, kind, dtype, grid, inputs = [], buffer, calls, callsToken = null, keeper } = parts;
  const asked = "asked" in parts ? parts.asked : askedOf(currentAnnotations(), calls !== undefined);
  const data = buffer === undefined ? null : memoryToken(buffer);
  const content = [kind, dtype, grid, inputs.map((input) => input.token), data, callsToken];
  if (keeper !== undefined) content.push(keeper.address);
  const token = tokenOf(asked === undefined ? content : [...content, asked]);
  return {
    name: `${label}-${token.slice(0, 6)}`,
    token,
    kind,
    dtype,
    grid,
    shape: gridShape(grid),
    inputs,
    ...(buffer !== undefined && { buffer }),
    ...(calls !== undefined && { calls }),
    ...(asked !== undefined && { asked }),
    ...(keeper !== undefined && { keeper }),
  };
}

/** What a node does, in a word: its name without the beginning of the token. */
export function labelOf({ name }: Pick<Node, "name">): string {
  return name.slice(0, name.lastIndexOf("-"));
}
