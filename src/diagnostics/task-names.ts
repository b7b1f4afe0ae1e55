import { nameInKey } from "../delayed/keys.js";
import { inOrder, labelOf, NO_ENTRY, type Node } from "../graph/index.js";
import { knownName } from "../values/known.js";

/** What a task is called. */
export interface TaskName {
  /** What it does: its function or its operation. Equal for equal ones. */
  readonly label: string;
  /** The key of a delayed value, or the layer and the block that it makes. */
  readonly key: string;
}

/** What a task is called whose layer has this name; the node of the layer is unknown where the optimiser made it. */
export function describeTask(name: string, node: Node | undefined, block: readonly number[]): TaskName {
  const place = block.length === 0 ? "" : ` (${block.join(", ")})`;
  if (node === undefined || !("tasks" in node.kind)) return { label: labelOf({ name }), key: name + place };
  const [task = 0] = block;
  const called = node.calls?.functions[node.kind.tasks.functions[task] ?? NO_ENTRY];
  const key = node.calls?.keyOf?.(task);
  return { label: nameOf(called, key) ?? "function", key: key ?? name + place };
}

/** Finds the nodes of layers by their names. */
export class LayerNames {
  readonly #nodes: readonly Node[];
  #byName: ReadonlyMap<string, Node> | undefined;

  constructor(outputs: readonly Node[]) {
    this.#nodes = outputs;
  }

  /** What a task of a layer is called. */
  describe(layer: string, block: readonly number[]): TaskName {
    return describeTask(layer, this.#find(layer), block);
  }

  /** Whether a task calls nothing: it passes on what another one made, which on a cluster is a task too. */
  passesOn(layer: string, [task = 0]: readonly number[]): boolean {
    const kind = this.#find(layer)?.kind;
    return kind !== undefined && "tasks" in kind && kind.tasks.functions[task] === NO_ENTRY;
  }

  #find(layer: string): Node | undefined {
    this.#byName ??= new Map(inOrder(this.#nodes).map((node) => [node.name, node]));
    return this.#byName.get(layer);
  }
}

/** What a function is called; those of our own making by what they stand for, those of bags by the key of the task. */
function nameOf(called: { readonly name: string } | undefined, key: string | undefined): string | undefined {
  if (called === undefined || called.name === "") return undefined;
  if (key !== undefined && knownName(called)?.startsWith("bag.") === true) return nameInKey(key);
  return OWN_NAMES[called.name] ?? called.name;
}

const OWN_NAMES: Readonly<Record<string, string>> = {
  identity: "value",
  getEntry: "get",
  callMethod: "call",
  itemOf: "item",
  makeMap: "Map",
  makeSet: "Set",
  makeList: "list",
};
