import type { Argument, TaskFunction } from "../engine/engine.js";
import type { Kind } from "../generated/layers.js";
import type { NodeCalls } from "./node.js";

/** No entry in a table beside the graph: a function that passes its argument on, arguments as they are read. */
export const NO_ENTRY = 0xffff_ffff;

/** The functions and arguments of a graph, collected layer by layer. */
export class CallTables {
  readonly #functions: TaskFunction[] = [];
  readonly #numbers = new Map<TaskFunction, number>();
  readonly #args: (readonly Argument[])[] = [];

  /** The tables themselves. */
  get tables(): NodeCalls {
    return { functions: this.#functions, args: this.#args };
  }

  /** A kind with the numbers that its functions and arguments have in these tables rather than in its own. */
  renumber(kind: Kind, calls: NodeCalls | undefined): Kind {
    if (calls === undefined) return kind;
    const functions = calls.functions.map((entry) => this.#number(entry));
    const first = this.#args.length;
    // One by one: there may be more than a call takes arguments.
    for (const entry of calls.args) this.#args.push(entry);
    const functionAt = (number: number): number => functions[number] ?? NO_ENTRY;
    const argsAt = (number: number): number => (number === NO_ENTRY ? NO_ENTRY : first + number);
    if ("call" in kind) {
      const { call } = kind;
      return {
        call: { ...call, function: functionAt(call.function), arguments: argsAt(call.arguments) },
      };
    }
    if ("tasks" in kind) {
      const { tasks } = kind;
      return {
        tasks: {
          ...tasks,
          functions: tasks.functions.map(functionAt),
          // Of what calls nothing it is the number of a part.
          arguments: tasks.arguments.map((number, task) =>
            tasks.functions[task] === NO_ENTRY ? number : argsAt(number),
          ),
        },
      };
    }
    return kind;
  }

  #number(entry: TaskFunction): number {
    const known = this.#numbers.get(entry);
    if (known !== undefined) return known;
    const number = this.#functions.push(entry) - 1;
    this.#numbers.set(entry, number);
    return number;
  }
}
