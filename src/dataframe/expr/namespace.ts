import type { Expression, Function } from "../../generated/frames.js";
import { callOf } from "./wire.js";

/** Methods for columns of one kind. `E` is the class of expressions, which this module must not know. */
export class Namespace<E> {
  readonly #of: Expression;
  readonly #make: (expression: Expression) => E;

  constructor(of: Expression, make: (expression: Expression) => E) {
    this.#of = of;
    this.#make = make;
  }

  /** A function of the column. */
  protected call(name: Function, ...args: readonly Expression[]): E {
    return this.#make(callOf(name, this.#of, ...args));
  }
}
