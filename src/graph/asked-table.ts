import type { Annotations as Asked, Kind } from "../generated/layers.js";
import { NO_ENTRY } from "./call-tables.js";
import { tokenOf } from "./token.js";

/** What is asked for the tasks of a graph, each once. */
export class AskedTable {
  readonly entries: Asked[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #known = new WeakMap<Asked, number>();

  /** The number of an entry. */
  numberOf(asked: Asked): number {
    const known = this.#known.get(asked);
    if (known !== undefined) return known;
    const token = tokenOf(asked);
    const number = this.#numbers.get(token) ?? this.entries.push(asked) - 1;
    this.#numbers.set(token, number);
    this.#known.set(asked, number);
    return number;
  }

  /** A kind with the numbers that what is asked for its tasks has in this table rather than in its own. */
  renumber(kind: Kind, own: readonly Asked[] | undefined): Kind {
    if (own === undefined || !("tasks" in kind)) return kind;
    const numbers = own.map((asked) => this.numberOf(asked));
    const annotations = kind.tasks.annotations.map((number) => numbers[number] ?? NO_ENTRY);
    return { tasks: { ...kind.tasks, annotations } };
  }
}
