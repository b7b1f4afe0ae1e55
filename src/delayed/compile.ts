import type { Argument, TaskFunction } from "../engine/engine.js";
import { BrambleError } from "../errors.js";
import type { Annotations as Asked, Axis, DType } from "../generated/layers.js";
import {
  createNode,
  defer,
  gridBlocks,
  isKnownGrid,
  NO_ENTRY,
  type Node,
  type NodeCalls,
  product,
} from "../graph/index.js";
import { isSameCall } from "./results.js";
import { type Dependency, isNodeBlock, type NodeBlock, type Task, UniqueTask } from "./task.js";

let count = 0;

/**
 * Lays out tasks and everything that they need as one layer, and the results that are wanted as another, which
 * passes them on. Takes time and memory by the number of tasks and dependencies.
 *
 * @returns a layer whose block `n` is the result of task `n`.
 * @throws {BrambleError} `INVALID_ARGUMENT` if two calls were given the same key.
 */
export function compileTasks(wanted: readonly Task[]): Node {
  const layout = new Layout();
  for (const task of wanted) layout.add(task);
  const picked = layout.numbersOf(wanted);
  const { inputs } = layout;
  if (inputs.every(({ grid }) => isKnownGrid(grid))) return layOut(layout, inputs, picked);
  // Which number a block has depends on the lengths of what lies before it.
  count += 1;
  return defer({
    label: "delayed",
    parameters: count,
    dtype: VALUES,
    axes: [oneByOne(wanted.length)],
    inputs,
    build: (known) => layOut(layout, known, picked),
  });
}

/** Tasks that some collection is made of, with the blocks that they are there. */
const homes = new WeakMap<Task, NodeBlock>();

/**
 * Lays out tasks that a collection is made of, as `compileTasks` does. Whoever is computed together with the collection
 * and needs one of them takes it from there, so that it is made once.
 */
export function compileShared(wanted: readonly Task[]): Node {
  const layout = new Layout();
  for (const task of wanted) layout.add(task);
  const { inputs } = layout;
  if (!inputs.every(({ grid }) => isKnownGrid(grid))) return compileTasks(wanted);
  const node = layout.node(inputs);
  for (const [block, task] of layout.written.entries())
    if (!homes.has(task)) homes.set(task, { node, block });
  return pick(layout, node, layout.numbersOf(wanted));
}

/**
 * Lays out tasks and everything that they need as one layer.
 *
 * @returns the layer, whose block `n` is the result of task `n`, and all its tasks.
 * @throws {BrambleError} `INVALID_ARGUMENT` if a task reads an array whose lengths are unknown.
 */
export function compileWhole(wanted: readonly Task[]): {
  readonly node: Node;
  readonly tasks: readonly Task[];
} {
  const layout = new Layout(new Map());
  for (const task of wanted) layout.add(task);
  const unknown = layout.inputs.find(({ grid }) => !isKnownGrid(grid));
  if (unknown !== undefined) {
    const message = `${unknown.name} has chunks of unknown length: call computeChunkSizes() on it first`;
    throw new BrambleError("INVALID_ARGUMENT", message);
  }
  return { node: layout.node(layout.inputs), tasks: layout.tasks };
}

/** Values of any kind have no element type, but a layer needs one. */
const VALUES: DType = "float64";

function oneByOne(length: number): Axis {
  return [{ length: 1, count: length }];
}

function layOut(layout: Layout, inputs: readonly Node[], picked: readonly number[]): Node {
  return pick(layout, layout.node(inputs), picked);
}

function pick(layout: Layout, calls: Node, picked: readonly number[]): Node {
  const isAll = picked.length === layout.tasks.length && picked.every((number, index) => number === index);
  return isAll ? calls : passOn(calls, picked);
}

/** A task whose dependencies are being laid out. */
interface Frame {
  readonly task: Task;
  /** Where it lives, if that is elsewhere. */
  readonly home: NodeBlock | undefined;
  next: number;
}

class Layout {
  readonly #homes: Pick<typeof homes, "get">;
  /** Each behind those that it depends on; one that lives elsewhere is a task that passes it on. */
  readonly tasks: Task[] = [];
  /** The same as they were written. */
  readonly written: Task[] = [];
  readonly #numbers = new Map<Task | string, number>();
  /** The layers whose blocks are read. */
  readonly inputs: Node[] = [];
  /** Their places among the inputs. */
  readonly #places = new Map<string, number>();

  /** Takes tasks from where they live; without homes all of them are laid out here. */
  constructor(known: Pick<typeof homes, "get"> = homes) {
    this.#homes = known;
  }

  numberOf(task: Task): number {
    return this.#numbers.get(identityOf(task)) ?? -1;
  }

  numbersOf(tasks: readonly Task[]): number[] {
    return tasks.map((task) => this.numberOf(task));
  }

  /** Adds a task and what it depends on, depth first. The stack is our own: chains are longer than the call stack. */
  add(root: Task): void {
    const stack: Frame[] = [];
    const enter = (task: Task): void => {
      if (!this.#isKnown(task)) stack.push({ task, home: this.#homes.get(task), next: 0 });
    };
    enter(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const { task, home } = frame;
      const dependency = home === undefined ? task.dependencies[frame.next] : undefined;
      frame.next += 1;
      if (dependency === undefined) {
        stack.pop();
        // One of the same key may lie behind it.
        if (!this.#isKnown(task)) this.#number(task, home);
      } else if (isNodeBlock(dependency)) {
        this.#addInput(dependency);
      } else {
        enter(dependency);
      }
    }
  }

  #number(task: Task, home: NodeBlock | undefined): void {
    this.#numbers.set(identityOf(task), this.written.push(task) - 1);
    if (home !== undefined) this.#addInput(home);
    this.tasks.push(home === undefined ? task : passedOn(task.key, home));
  }

  #addInput({ node }: NodeBlock): void {
    if (this.#places.has(node.token)) return;
    this.#places.set(node.token, this.inputs.push(node) - 1);
  }

  /** Whether a task has its number. A key that was met before belongs to the same call, or to what passes on its result. */
  #isKnown(task: Task): boolean {
    const number = this.#numbers.get(identityOf(task));
    if (number === undefined) return false;
    const known = this.written[number];
    if (known === undefined || known === task) return true;
    const isPassedOn = known.call === undefined && known.resultOf === undefined;
    if (!isPassedOn && !task.isPure && !isSameCall(task, known))
      throw new BrambleError("INVALID_ARGUMENT", `Two calls have the key ${task.key}: give each its own`);
    if (task.resultOf !== undefined && known.resultOf === undefined) this.#replace(number, task);
    return true;
  }

  /** Puts a result in the place of its call, which nobody needs then. */
  #replace(number: number, result: Task): void {
    this.written[number] = result;
    this.tasks[number] = result;
    for (const block of result.dependencies) if (isNodeBlock(block)) this.#addInput(block);
  }

  /** The layer that makes the calls, of inputs whose lengths are known. */
  node(inputs: readonly Node[]): Node {
    const { tasks } = this;
    const firstBlocks = firstBlocksOf(inputs);
    const [functions, asked] = [new Table<TaskFunction>(), new Table<Asked>()];
    const args: (readonly Argument[])[] = [];
    const isAsked = tasks.some((task) => task.asked !== undefined);
    const askedAt = new Uint32Array(isAsked ? tasks.length : 0).fill(NO_ENTRY);
    const edges: number[] = [];
    const starts = new Uint32Array(tasks.length + 1);
    const [calledAt, argsAt] = [new Uint32Array(tasks.length), new Uint32Array(tasks.length)];
    const edgeTo = (dependency: Dependency): number => {
      if (!isNodeBlock(dependency)) return this.numberOf(dependency);
      const place = this.#places.get(dependency.node.token) ?? -1;
      return tasks.length + (firstBlocks[place] ?? 0) + dependency.block;
    };
    for (const [number, task] of tasks.entries()) {
      calledAt[number] = task.call === undefined ? NO_ENTRY : functions.numberOf(task.call);
      argsAt[number] = task.args === undefined ? (task.part ?? NO_ENTRY) : args.push(task.args) - 1;
      if (task.asked !== undefined) askedAt[number] = asked.numberOf(task.asked);
      for (const dependency of task.dependencies) edges.push(edgeTo(dependency));
      starts[number + 1] = edges.length;
    }
    return tasksNode(tasks.length, inputs, {
      columns: {
        functions: calledAt,
        arguments: argsAt,
        starts,
        edges: new Uint32Array(edges),
        annotations: askedAt,
      },
      calls: {
        functions: functions.entries,
        args,
        keyOf: (task) => tasks[task]?.key,
        asked: asked.entries,
      },
    });
  }
}

/** What tasks that are one have in common, and no others. */
function identityOf(task: Task): Task | string {
  if (task instanceof UniqueTask) return task;
  const call = task.resultOf?.deref();
  return call instanceof UniqueTask ? call : task.key;
}

/** A task that is a block of another layer. */
function passedOn(key: string, home: NodeBlock): Task {
  return { key, isPure: false, call: undefined, dependencies: [home], args: undefined };
}

/** Of each layer the number of its first block among those of all. */
function firstBlocksOf(nodes: readonly Node[]): number[] {
  let blocks = 0;
  return nodes.map(({ grid }) => {
    const first = blocks;
    blocks += product(gridBlocks(grid));
    return first;
  });
}

/** Entries by number, each once. */
class Table<T extends object> {
  readonly entries: T[] = [];
  readonly #numbers = new Map<T, number>();

  numberOf(entry: T): number {
    let number = this.#numbers.get(entry);
    if (number === undefined) {
      number = this.entries.push(entry) - 1;
      this.#numbers.set(entry, number);
    }
    return number;
  }
}

/** A layer whose block `n` is block `numbers[n]` of another. */
function passOn(node: Node, numbers: readonly number[]): Node {
  const nothing = new Uint32Array(numbers.length).fill(NO_ENTRY);
  return tasksNode(numbers.length, [node], {
    columns: {
      functions: nothing,
      arguments: nothing,
      starts: Uint32Array.from({ length: numbers.length + 1 }, (_, index) => index),
      edges: Uint32Array.from(numbers, (number) => numbers.length + number),
      annotations: new Uint32Array(0),
    },
    calls: { functions: [], args: [] },
  });
}

interface TaskParts {
  readonly columns: {
    readonly functions: Uint32Array;
    readonly arguments: Uint32Array;
    readonly starts: Uint32Array;
    readonly edges: Uint32Array;
    readonly annotations: Uint32Array;
  };
  readonly calls: NodeCalls;
}

function tasksNode(length: number, inputs: readonly Node[], { columns, calls }: TaskParts): Node {
  // Functions and arguments may be anything: no other layer is taken for this one.
  count += 1;
  return createNode({
    label: "delayed",
    kind: { tasks: columns },
    dtype: VALUES,
    grid: [oneByOne(length)],
    inputs,
    calls,
    callsToken: `delayed ${count}`,
    // Each task says for itself what is asked for it.
    asked: undefined,
  });
}
