import { checkBoolean, checkOptions } from "../../check.js";
import { Namespace } from "./namespace.js";
import { constant, type ExprLike, operand } from "./wire.js";

/** What there is to do with lists. */
export class ListExpr<E> extends Namespace<E> {
  /** How many elements each has. */
  lengths(): E {
    return this.call("listLen");
  }

  /** The smallest element of each. */
  min(): E {
    return this.call("listMin");
  }

  /** The largest element of each. */
  max(): E {
    return this.call("listMax");
  }

  /** The sum of each. */
  sum(): E {
    return this.call("listSum");
  }

  /** The mean of each. */
  mean(): E {
    return this.call("listMean");
  }

  /** The median of each. */
  median(): E {
    return this.call("listMedian");
  }

  /** The first element of each. */
  first(): E {
    return this.call("listFirst");
  }

  /** The last element of each. */
  last(): E {
    return this.call("listLast");
  }

  /** The element at a position of each, which from the end is negative; null if there is none. */
  get(index: ExprLike): E {
    return this.call("listGet", operand(index, "index"));
  }

  /** Some neighbouring elements of each. */
  slice(offset: ExprLike, length: ExprLike = null): E {
    return this.call("listSlice", operand(offset, "offset"), operand(length, "length"));
  }

  /** Each sorted. */
  sort(options: { readonly descending?: boolean | undefined } = {}): E {
    checkOptions(options, "options", ["descending"]);
    return this.call("listSort", constant(checkBoolean(options.descending ?? false, "options.descending")));
  }

  /** The texts of each as one. */
  join(separator: ExprLike = ""): E {
    return this.call("listJoin", operand(separator, "separator"));
  }

  /** Whether it is in it. */
  contains(item: ExprLike): E {
    return this.call("listContains", operand(item, "item"));
  }
}
