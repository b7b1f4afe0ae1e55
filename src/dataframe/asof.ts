import { checkOneOf, checkOptions, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import type { Column } from "../generated/frames.js";
import { formatType } from "./column-type.js";
import { freeName } from "./composed.js";
import type { Expr } from "./expr/expr.js";
import { coalesce, col, when } from "./expr/functions.js";
import { checkNames, type FrameNode } from "./node.js";
import {
  concat,
  drop,
  filter,
  join,
  readNames,
  select,
  sort,
  withColumns,
  withRowIndex,
} from "./operations.js";

/** How rows find the nearest of another frame. */
export interface JoinAsofOptions {
  /** The column of both whose values are to be near: numbers, dates or times. */
  readonly on?: string | undefined;
  /** The column of this frame, where the other's has another name. */
  readonly leftOn?: string | undefined;
  /** The column of the other frame. */
  readonly rightOn?: string | undefined;
  /** Columns of both that must be equal. */
  readonly by?: string | readonly string[] | undefined;
  /**
   * `backward`: the last that is not larger; `forward`: the first that is not smaller; `nearest`: whichever is nearer, of
   * two as near the larger. Default: `"backward"`.
   */
  readonly strategy?: "backward" | "forward" | "nearest" | undefined;
  /** How far away it may be; of dates and times in milliseconds. Default: any distance. */
  readonly tolerance?: number | undefined;
  /** Behind the names of the other frame that this one has too. Default: `"_right"`. */
  readonly suffix?: string | undefined;
}

/** Columns that help, with names that no frame has: numbers of rows, keys, and keys that were found. */
interface Helpers {
  readonly left: string;
  readonly right: string;
  readonly key: string;
  readonly found: string;
}

/**
 * All rows of a frame, each with the row of another whose key is nearest. The keys of both are sorted together, and the
 * numbers of the other's rows carried on to those that follow.
 */
export function joinAsof(left: FrameNode, right: FrameNode, options: JoinAsofOptions): FrameNode {
  checkOptions(options, "options", ["on", "leftOn", "rightOn", "by", "strategy", "tolerance", "suffix"]);
  const { on, leftOn = on, rightOn = on, tolerance, suffix } = options;
  const strategies = ["backward", "forward", "nearest"] as const;
  const strategy = checkOneOf(options.strategy ?? "backward", "options.strategy", strategies);
  const by = readNames(options.by ?? [], "options.by");
  if (typeof leftOn !== "string" || typeof rightOn !== "string")
    throw invalid("the name of a column", "options.on", on);
  if (tolerance !== undefined && !(tolerance >= 0))
    throw invalid("a number from 0 on", "options.tolerance", tolerance);
  const isTime = checkKeys(columnOf(left, leftOn), columnOf(right, rightOn));
  checkNames(left, by);
  checkNames(right, by);

  const free = (name: string): string => freeName([...left.columns, ...right.columns], `asof_${name}`);
  const names: Helpers = { left: free("left"), right: free("right"), key: free("key"), found: free("found") };
  const lefts = withRowIndex(left, names.left, 0);
  const rights = withRowIndex(right, names.right, 0);
  const keys = {
    left: keysOf(lefts, leftOn, [names.key], names.left, by),
    right: keysOf(rights, rightOn, [names.key, names.found], names.right, by),
  };
  const distance = (key: string, found: string): Expr =>
    number(key, isTime).subtract(number(found, isTime)).abs();
  const inDirection = (direction: "backward" | "forward"): FrameNode => {
    const carried = carry(keys, direction, by, names);
    const away = distance(names.key, names.found);
    const near = tolerance === undefined ? col(names.right) : when(away.le(tolerance)).then(col(names.right));
    return select(carried, [col(names.left), near.alias(names.right), away.alias(names.found)]);
  };
  const chosen =
    strategy === "nearest"
      ? nearer(inDirection("backward"), inDirection("forward"), names)
      : drop(inDirection(strategy), names.found);
  const others = drop(rights, leftOn === rightOn ? [rightOn, ...by] : by);
  const numbered = join(lefts, chosen, { on: names.left, how: "left" });
  return drop(join(numbered, others, { on: names.right, how: "left", suffix }), [names.left, names.right]);
}

/** The keys of a frame that are not null, with the numbers of their rows. */
function keysOf(
  node: FrameNode,
  on: string,
  keys: readonly string[],
  row: string,
  by: readonly string[],
): FrameNode {
  const columns = [...keys.map((name) => col(on).alias(name)), col(row), ...by];
  return select(filter(node, [col(on).isNotNull()]), columns);
}

/** For each row of the one frame the number and the key of the nearest of the other in one direction. */
function carry(
  keys: { readonly left: FrameNode; readonly right: FrameNode },
  direction: "backward" | "forward",
  by: readonly string[],
  names: Helpers,
): FrameNode {
  const isBackward = direction === "backward";
  // Of equal keys the other frame's stand where they are carried from.
  const both = isBackward ? [keys.right, keys.left] : [keys.left, keys.right];
  const sorted = sort(concat(both, "relaxed"), names.key, {});
  const carried = [names.right, names.found].map((name) => {
    const filled = col(name).fillNull({ strategy: isBackward ? "forward" : "backward" });
    return by.length === 0 ? filled : filled.over(by);
  });
  return filter(withColumns(sorted, carried), [col(names.left).isNotNull()]);
}

/** Of two rows that were found the nearer. */
function nearer(before: FrameNode, after: FrameNode, names: Helpers): FrameNode {
  const both = join(before, after, { on: names.left, suffix: "_after" });
  const other = col(`${names.right}_after`);
  const isNearer = col(names.found).lt(col(`${names.found}_after`));
  const chosen = when(isNearer).then(coalesce(names.right, other)).otherwise(coalesce(other, names.right));
  return select(both, [col(names.left), chosen.alias(names.right)]);
}

/** A key as a number, times in milliseconds. */
function number(key: string, isTime: boolean): Expr {
  return isTime
    ? col(key)
        .cast({ datetime: { unit: "ms" } })
        .cast("i64")
    : col(key);
}

function columnOf(node: FrameNode, name: string): Column {
  checkNames(node, [name]);
  return node.columns.find((column) => column.name === name) as Column;
}

/** Keys are of one type, whose values have a distance; whether they are dates or times. */
function checkKeys(left: Column, right: Column): boolean {
  const [a, b] = [formatType(left.type), formatType(right.type)];
  const isTime = a === "date" || a.startsWith("datetime");
  if (a === b && (isTime || /^[iuf]\d+$/.test(a))) return isTime;
  throw new BrambleError(
    "SCHEMA_MISMATCH",
    `A join of the nearest needs numbers, dates or times of one type, but ${left.name} is ${a} and ${right.name} is ${b}`,
  );
}
