import { Namespace } from "./namespace.js";
import { constant } from "./wire.js";

/** What there is to do with categories. */
export class CatExpr<E> extends Namespace<E> {
  /** The different ones that there are. */
  getCategories(): E {
    return this.call("catCategories");
  }

  /** How many characters each has. */
  lengths(): E {
    return this.call("catLength");
  }

  /** Whether it begins so. */
  startsWith(prefix: string): E {
    return this.call("catStartsWith", constant(prefix));
  }

  /** Whether it ends so. */
  endsWith(suffix: string): E {
    return this.call("catEndsWith", constant(suffix));
  }
}
