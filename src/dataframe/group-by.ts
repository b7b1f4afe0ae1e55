import type { Schema } from "./column-type.js";
import type { DataFrame } from "./data-frame.js";
import { checkBoolean, checkOptions } from "../check.js";
import { all, len } from "./expr/functions.js";
import type { FrameNode } from "./node.js";
import { type ApplyOptions, applyToGroups } from "./group-apply.js";
import type { GroupFunction } from "./partition-call.js";
import { aggregate, type Grouping, type Selection } from "./operations.js";

/** Groups of rows, of which something is to be computed. */
export class GroupBy {
  readonly #node: FrameNode;
  readonly #groups: Grouping;
  readonly #make: (node: FrameNode) => DataFrame<Schema>;

  /** Made by `groupBy`, not by hand. */
  constructor(node: FrameNode, groups: Grouping, make: (node: FrameNode) => DataFrame<Schema>) {
    this.#node = node;
    this.#groups = groups;
    this.#make = make;
  }

  /** Whether groups come in the order of their first rows; in any order is faster where there are many. */
  ordered(ordered: boolean): GroupBy {
    return new GroupBy(
      this.#node,
      { ...this.#groups, ordered: checkBoolean(ordered, "ordered") },
      this.#make,
    );
  }

  /** A row for each group: its keys, and what the expressions are of its rows. */
  agg(...aggregations: readonly Selection[]): DataFrame {
    return this.#make(aggregate(this.#node, this.#groups, aggregations));
  }

  /** How many rows each group has. */
  len(options: { readonly name?: string | undefined } = {}): DataFrame {
    checkOptions(options, "options", ["name"]);
    return this.agg(len().alias(options.name ?? "len"));
  }

  /** How many values of each column are not null. */
  count(): DataFrame {
    return this.agg(all().count());
  }

  /** The sums of all other columns. */
  sum(): DataFrame {
    return this.agg(all().sum());
  }

  /** The means of all other columns. */
  mean(): DataFrame {
    return this.agg(all().mean());
  }

  /** The medians of all other columns. */
  median(): DataFrame {
    return this.agg(all().median());
  }

  /** The standard deviations of all other columns. */
  std(options: { readonly ddof?: number | undefined } = {}): DataFrame {
    return this.agg(all().std(options));
  }

  /** The variances of all other columns. */
  var(options: { readonly ddof?: number | undefined } = {}): DataFrame {
    return this.agg(all().var(options));
  }

  /** The products of all other columns. */
  product(): DataFrame {
    return this.agg(all().product());
  }

  /** The smallest values of all other columns. */
  min(): DataFrame {
    return this.agg(all().min());
  }

  /** The largest values of all other columns. */
  max(): DataFrame {
    return this.agg(all().max());
  }

  /** The first values of all other columns. */
  first(): DataFrame {
    return this.agg(all().first());
  }

  /** The last values of all other columns. */
  last(): DataFrame {
    return this.agg(all().last());
  }

  /** How many different values all other columns have. */
  nUnique(): DataFrame {
    return this.agg(all().nUnique());
  }

  /**
   * What a function makes of the rows of each group: it gets a table of Apache Arrow with all columns, keys among them,
   * and gives one, rows or columns. It travels to threads, processes or workers.
   *
   * @example
   * frame.groupBy("name").apply((table) => [{ rows: table.numRows }], { schema: { rows: "u32" } });
   */
  apply(f: GroupFunction, options: ApplyOptions = {}): DataFrame {
    return this.#make(applyToGroups(this.#node, this.#groups, f, options));
  }

  /** The first rows of each group. */
  head(n = 5): DataFrame {
    return this.#rows(all().head(n));
  }

  /** The last rows of each group. */
  tail(n = 5): DataFrame {
    return this.#rows(all().tail(n));
  }

  #rows(of: Selection): DataFrame {
    const lists = this.agg(of);
    const keys = this.#groups.keys.length;
    return lists.explode(...lists.columns.slice(keys));
  }
}
