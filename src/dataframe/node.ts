import { BrambleError } from "../errors.js";
import type { Delayed } from "../delayed/delayed.js";
import type { HeldRows, PieceRows, Scheduler } from "../engine/engine.js";
import { frameBackend } from "../engine/frames.js";
import type { Column, Engine, Expression, Operation, Plan, Step } from "../generated/frames.js";
import { nearest } from "../nearest.js";
import type { FrameIndex } from "./divisions/divisions.js";
import { indexAfter } from "./divisions/keep.js";
import { columnsOf } from "./expr/columns.js";

/** A step of a query, with the steps whose rows it takes. It never changes, so frames may share what they consist of. */
export interface FrameNode {
  readonly inputs: readonly FrameNode[];
  /** What it does; of `memory` the number of the buffer is filled in when the plan is collected. */
  readonly operation: Operation;
  /** What the answer has. */
  readonly columns: readonly Column[];
  /** The Arrow stream of a `memory` step. */
  readonly buffer?: Uint8Array | undefined;
  /** The rows of a `memory` step without a stream. */
  readonly held?: HeldRows | undefined;
  /** Makes the Arrow stream of a `memory` step whose rows nobody has yet. */
  readonly pending?: Pending | undefined;
  /** Makes the rows of a `memory` step of the pieces of its input; of one that is pending too where a query runs in pieces. */
  readonly made?: PieceMaker | undefined;
  /** The Arrow stream of a `memory` step that lies on a cluster. */
  readonly kept?: Delayed<PieceRows> | undefined;
  /** How many pieces it is cut into where it is handed over in pieces. */
  readonly npartitions: number;
  /** Bytes of the files that it reads; 0 of what is in memory. */
  readonly bytes: number;
  /** What its rows are sorted by. Where divisions are known, its pieces are those. */
  readonly index?: FrameIndex | undefined;
  /** Of a cross join: how many rows it may have. */
  readonly mostRows?: number | undefined;
  /** How many pieces its rows are spread over where they would be in fewer. */
  readonly atLeast?: number | undefined;
  /** Of a filter: which pieces of its input, from one to the one before another, can have rows that it lets through. */
  readonly within?: readonly [first: number, end: number] | undefined;
}

/** Makes rows as an Arrow stream, for a computation. */
export type Pending = (request: PendingRequest) => Promise<Uint8Array>;

/** Makes the pieces of a step, each of which waits until somebody wants it. */
export interface PieceMaker {
  /** What makes them, as plans name it. */
  readonly name: string;
  /** Of how many pieces of its input, neither more nor fewer, if it has one. */
  readonly npartitions: number;
  /**
   * Rows with the same values of these are in the same piece, instead. The rows that it gets have places then, and so have those that
   * it makes, which come in that order.
   */
  readonly by?: readonly Expression[] | undefined;
  /** The pieces of those of its input; what it makes anew goes into files in a folder, if there is one. */
  readonly of: (
    pieces: readonly Delayed<PieceRows>[],
    folder: string | null,
  ) => readonly Delayed<PieceRows>[];
}

/** What of a computation those who make rows must know. */
export interface PendingRequest {
  readonly scheduler?: Scheduler | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A plan, and the buffers that it names. */
interface Collected {
  readonly plan: Plan;
  readonly buffers: readonly (Uint8Array | HeldRows)[];
}

/** A step on others. Its columns follow from theirs: nothing is read. */
export function step(
  inputs: readonly FrameNode[],
  operation: Operation,
  npartitions = Math.max(1, ...inputs.map((input) => input.npartitions)),
): FrameNode {
  const empty: Step[] = inputs.map(({ columns }) => ({ inputs: [], operation: { empty: columns } }));
  const last = { inputs: inputs.map((_, index) => index), operation };
  const columns = frameBackend().schema({ steps: [...empty, last], engine: "memory" }, []);
  const bytes = inputs.reduce((sum, input) => sum + input.bytes, 0);
  const index = indexAfter(inputs, operation, columns);
  const pieces = index?.divisions === undefined ? npartitions : index.divisions.length - 1;
  return { inputs, operation, columns, npartitions: pieces, bytes, index };
}

/** A node and all behind it, each once and after those that it uses. */
export function inOrder(node: FrameNode): FrameNode[] {
  const ordered = new Set<FrameNode>();
  // Without recursion: a long chain of operations must not overflow the stack.
  const waiting = [node];
  for (let next = waiting.at(-1); next !== undefined; next = waiting.at(-1)) {
    const missing = next.inputs.filter((input) => !ordered.has(input));
    if (missing.length > 0) waiting.push(...missing);
    else {
      waiting.pop();
      ordered.add(next);
    }
  }
  return [...ordered];
}

/** How many of some nodes have each as an input. */
export function usesOf(nodes: readonly FrameNode[]): Map<FrameNode, number> {
  const uses = new Map<FrameNode, number>();
  for (const { inputs } of nodes) for (const input of inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  return uses;
}

/** Whether some of the rows that a node needs lie on a cluster. */
export function needsKept(node: FrameNode): boolean {
  return inOrder(node).some(({ kept }) => kept !== undefined);
}

/** The plan that a node stands for, whose rows are all in files or in buffers. A node that several use is one step. */
export function collectPlan(node: FrameNode, engine: Engine): Collected {
  const { plan, memory } = layOut(node, engine);
  return { plan, buffers: memory.map(({ buffer, held }) => buffer ?? held ?? new Uint8Array()) };
}

/** A plan, and the nodes whose rows the buffers are that it names, in order. */
export function layOut(node: FrameNode, engine: Engine): { plan: Plan; memory: readonly FrameNode[] } {
  const memory: FrameNode[] = [];
  const numbers = new Map<FrameNode, number>();
  const steps = inOrder(node).map((next, number): Step => {
    numbers.set(next, number);
    const inputs = next.inputs.map((input) => numbers.get(input) ?? 0);
    return { inputs, operation: numbered(next, memory) };
  });
  return { plan: { steps, engine }, memory };
}

/** The operation of a node, with the number of its buffer if it has one. */
function numbered(node: FrameNode, memory: FrameNode[]): Operation {
  const { operation } = node;
  if (typeof operation !== "object") return operation;
  if ("memory" in operation) return { memory: memory.push(node) - 1 };
  if ("shard" in operation) return { shard: { ...operation.shard, buffer: memory.push(node) - 1 } };
  return operation;
}

/** Whether some of the rows that a node needs are made of pieces. */
export function needsMade(node: FrameNode): boolean {
  return inOrder(node).some(({ made }) => made !== undefined);
}

/** The node with Arrow streams in the place of steps whose rows somebody makes. */
export async function settle(
  node: FrameNode,
  make: (next: FrameNode) => Promise<Uint8Array> | undefined,
): Promise<FrameNode> {
  return await rebuild(node, async (next) => {
    const buffer = await make(next);
    return buffer && { ...next, inputs: [], pending: undefined, made: undefined, buffer };
  });
}

/** The node with others in the place of some, one after another from below; `change` gives none for those that stay. */
export async function rebuild(
  node: FrameNode,
  change: (next: FrameNode) => Promise<FrameNode | undefined>,
): Promise<FrameNode> {
  const rebuilt = new Map<FrameNode, FrameNode>();
  for (const next of inOrder(node)) {
    const inputs = next.inputs.map((input) => rebuilt.get(input) ?? input);
    const isSame = inputs.every((input, index) => input === next.inputs[index]);
    const current = isSame ? next : { ...next, inputs };
    rebuilt.set(next, (await change(current)) ?? current);
  }
  return rebuilt.get(node) ?? node;
}

/** The same, of changes that are known at once. */
export function replace(node: FrameNode, change: (next: FrameNode) => FrameNode): FrameNode {
  const replaced = new Map<FrameNode, FrameNode>();
  for (const next of inOrder(node)) {
    const inputs = next.inputs.map((input) => replaced.get(input) ?? input);
    replaced.set(next, change({ ...next, inputs }));
  }
  return replaced.get(node) ?? node;
}

/** Rows in memory, as an Arrow stream. */
export function memoryNode(buffer: Uint8Array, npartitions: number, columns?: readonly Column[]): FrameNode {
  const plan: Plan = { steps: [{ inputs: [], operation: { memory: 0 } }], engine: "memory" };
  const known = columns ?? frameBackend().schema(plan, [buffer]);
  return { inputs: [], operation: { memory: 0 }, columns: known, npartitions, bytes: 0, buffer };
}

/** A step whose rows somebody makes when they are wanted. */
export function pendingNode(columns: readonly Column[], npartitions: number, pending: Pending): FrameNode {
  return { inputs: [], operation: { memory: 0 }, columns, npartitions, bytes: 0, pending };
}

/** Rows in memory, as the engine has them. */
export function heldNode(held: HeldRows, npartitions: number, columns: readonly Column[]): FrameNode {
  return { inputs: [], operation: { memory: 0 }, columns, npartitions, bytes: 0, held };
}

/** Checks that a frame has the columns that expressions name. */
export function checkColumns(node: FrameNode, expressions: readonly Expression[]): void {
  checkNames(node, expressions.flatMap(columnsOf));
}

/** Checks that a frame has these columns. */
export function checkNames(node: FrameNode, wanted: readonly string[]): void {
  const names = node.columns.map(({ name }) => name);
  const missing = wanted.find((name) => !names.includes(name));
  if (missing === undefined) return;
  const offered = nearest(missing, names)
    .map((name) => JSON.stringify(name))
    .join(", ");
  const others = names.length === 0 ? "it has none" : `the nearest it has are ${offered}`;
  throw new BrambleError("COLUMN_NOT_FOUND", `There is no column ${JSON.stringify(missing)}: ${others}`);
}
