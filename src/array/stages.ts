import type { DType } from "../dtype/index.js";
import type { BlockArray, BlockValues } from "../engine/engine.js";
import type { Axis } from "../generated/layers.js";
import {
  collect,
  createNode,
  gridShape,
  inOrder,
  isDeferred,
  isKnownGrid,
  isPaired,
  labelOf,
  learnLengths,
  type Lengths,
  type Node,
  pairNode,
  partsOf,
  putLengths,
} from "../graph/index.js";
import type { WireGraph } from "../engine/engine.js";
import { computedSource } from "./memory-source.js";
import { gather } from "./rechunk.js";

/** What a node gives. */
export type NodeAnswer = NodeArray | BlockValues;

/** An array as an engine gives it, but for elements that may be complex. */
export interface NodeArray extends Omit<BlockArray, "dtype"> {
  readonly dtype: DType;
}

/** Computes nodes of which none waits. */
export type RunNodes = (nodes: readonly Node[]) => Promise<readonly NodeAnswer[]>;

/**
 * Nodes that say the same and of which none waits for lengths or elements: what they wait for is computed, stage by
 * stage. What a stage has computed is kept in memory for those that follow, so that nothing is computed twice.
 */
export async function settle(nodes: readonly Node[], run: RunNodes): Promise<readonly Node[]> {
  let current = nodes;
  for (let stage = nextStage(current); stage !== undefined; stage = nextStage(current)) {
    const changes = stage.needed.length > 0 ? await compute(stage, run) : build(stage.ready);
    current = rewrite(current, changes);
  }
  return current;
}

/** The layers of the first stage, and what comes when it is over. */
export function explainStages(nodes: readonly Node[], explain: (graph: WireGraph) => string): string {
  const stage = nextStage(nodes);
  if (stage === undefined) return explain(collect(nodes));
  const waiting = inOrder(nodes).filter(isDeferred);
  const names = waiting.map(({ name }) => name).join(", ");
  const first = stage.needed.length > 0 ? explain(collect(stage.kept)) : "";
  return `${first}\nwritten down when that is computed: ${names}\n`;
}

interface Stage {
  /** Waiting nodes none of whose inputs waits. */
  readonly ready: readonly (Node & { readonly kind: { readonly deferred: unknown } })[];
  /** Inputs of theirs that are to be computed. */
  readonly needed: readonly Node[];
  /** These, and what is computed on the way and read again later. */
  readonly kept: readonly Node[];
}

function nextStage(nodes: readonly Node[]): Stage | undefined {
  const ordered = inOrder(nodes);
  const late = new Set<string>();
  const ready: Stage["ready"][number][] = [];
  for (const node of ordered) {
    const isLate = node.inputs.some((input) => late.has(input.token));
    if (isDeferred(node) && !isLate) ready.push(node);
    if (isDeferred(node) || isLate) late.add(node.token);
  }
  if (ready.length === 0) return undefined;
  const needed = inOrder(ready.flatMap(missingOf)).filter((node) =>
    ready.some((waiting) => missingOf(waiting).includes(node)),
  );
  return { ready, needed, kept: [...needed, ...readAgain(nodes, needed)] };
}

/** The inputs without which a waiting node cannot be written down. */
function missingOf({ kind, inputs }: Node): Node[] {
  if (!("deferred" in kind)) return [];
  const { reads } = kind.deferred;
  return inputs.filter(
    (input, number) => !isKnownGrid(input.grid) || (reads.includes(number) && input.buffer === undefined),
  );
}

/** What is computed for some nodes and read by others too, unless making it again costs no more than keeping it. */
function readAgain(nodes: readonly Node[], needed: readonly Node[]): Node[] {
  if (needed.length === 0) return [];
  const made = new Set(inOrder(needed).map(({ token }) => token));
  const cheap = new Set<string>();
  for (const node of inOrder(needed)) if (isCheap(node, cheap)) cheap.add(node.token);
  const known = new Set(needed.map(({ token }) => token));
  const again = new Map<string, Node>();
  // From the end back to what the stage makes.
  const stack = [...nodes];
  const seen = new Set<string>();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node.token) || known.has(node.token)) continue;
    seen.add(node.token);
    if (!made.has(node.token)) stack.push(...node.inputs);
    else if (!cheap.has(node.token)) again.set(node.token, node);
  }
  return [...again.values()];
}

/** Whether a node is read from a store, or a few steps away from it: streaming it again needs no memory for all of it. */
function isCheap({ kind, inputs }: Node, cheap: ReadonlySet<string>): boolean {
  if ("source" in kind || "create" in kind || "lent" in kind) return true;
  const isLight = "map" in kind || "select" in kind || "gather" in kind;
  return isLight && inputs.every((input) => cheap.has(input.token));
}

/** What is to be put in place of what. */
interface Changes {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly lengths: Lengths;
}

async function compute({ kept }: Stage, run: RunNodes): Promise<Changes> {
  const results = await run(kept);
  const nodes = new Map<string, Node>();
  const lengths = new Map<number, Axis>();
  for (const [number, node] of kept.entries()) {
    const result = results[number];
    // Nothing waits for values.
    if (result === undefined || "values" in result) continue;
    const source = computedSource(labelOf(node), result);
    nodes.set(node.token, source);
    if (isPaired(node)) {
      const [re, im] = partsOf(source);
      nodes.set(node.inputs[0].token, re).set(node.inputs[1].token, im);
    }
    learnLengths(lengths, node.grid, result.grid);
  }
  return { nodes, lengths };
}

function build(ready: Stage["ready"]): Changes {
  const nodes = new Map<string, Node>();
  const lengths = new Map<number, Axis>();
  for (const node of ready) {
    if (!isDeferred(node)) continue;
    const built = node.kind.deferred.build(node.inputs);
    learnLengths(lengths, node.grid, built.grid);
    // Axes whose lengths were known have the chunks that were announced.
    nodes.set(node.token, gather(built, putLengths(node.grid, lengths)));
  }
  return { nodes, lengths };
}

/** The same nodes with others in the place of some that they need, by their tokens, of the same grids and dtypes. */
export function replaceNodes(nodes: readonly Node[], replaced: ReadonlyMap<string, Node>): readonly Node[] {
  return rewrite(nodes, { nodes: replaced, lengths: new Map() });
}

/** The same nodes with changes made in all that they need. */
function rewrite(nodes: readonly Node[], { nodes: replaced, lengths }: Changes): readonly Node[] {
  const rewritten = new Map<string, Node>();
  const now = (node: Node): Node => rewritten.get(node.token) ?? node;
  for (const node of inOrder(nodes)) {
    rewritten.set(node.token, replaced.get(node.token) ?? rebuild(node, node.inputs.map(now), lengths));
  }
  return nodes.map(now);
}

function rebuild(node: Node, inputs: readonly Node[], lengths: Lengths): Node {
  const grid = putLengths(node.grid, lengths);
  if (grid === node.grid && inputs.every((input, number) => input === node.inputs[number])) return node;
  if (isDeferred(node)) return { ...node, grid, shape: gridShape(grid), inputs };
  if (isPaired(node)) {
    const [re = node.inputs[0], im = node.inputs[1]] = inputs;
    return pairNode(labelOf(node), [re, im]);
  }
  const { dtype, buffer, calls, keeper } = node;
  const kind = putLengths(node.kind, lengths);
  if ("deferred" in kind || "paired" in kind) return node;
  return createNode({
    label: labelOf(node),
    kind,
    dtype,
    grid,
    inputs,
    ...(buffer !== undefined && { buffer }),
    ...(calls !== undefined && { calls, callsToken: node.token }),
    keeper,
  });
}
