import { BrambleError } from "../errors.js";
import type { Column, Expression } from "../generated/frames.js";
import { type Schema, schemaOf } from "./column-type.js";
import { fromColumns, fromRows } from "./make.js";
import { type FrameNode, memoryNode, step } from "./node.js";
import { concat } from "./operations.js";

/**
 * The rows of what functions gave, one behind the other, with the columns that were announced.
 *
 * @param what - what a result is of, which its number follows.
 * @param first - the number of the first.
 */
export function nodeOfResults(
  results: readonly unknown[],
  columns: readonly Column[],
  what: string,
  first = 0,
): FrameNode {
  // Types that only files have nobody can write down.
  const types = schemaOf(columns.filter(({ type }) => typeof type === "string" || !("other" in type)));
  const nodes = results.map((result, number) => {
    const name = `${what} ${first + number}`;
    return conform(nodeOfResult(result, types, name), columns, name);
  });
  return nodes.length === 0 ? step([], { empty: columns }) : concat(nodes, "vertical");
}

function nodeOfResult(result: unknown, types: Schema, name: string): FrameNode {
  if (result instanceof Uint8Array) return memoryNode(result, 1);
  try {
    if (Array.isArray(result)) return fromRows(result, undefined, types);
    if (isColumns(result)) return fromColumns(result, undefined, types);
  } catch (error) {
    if (!(error instanceof BrambleError)) throw error;
    throw new BrambleError(error.code, `${name}: ${error.message}`, { cause: error });
  }
  throw new BrambleError(
    "WRONG_RESULT",
    `A function of partitions gives a table, rows or columns, but it gave ${typeof result}`,
  );
}

function isColumns(result: unknown): boolean {
  if (result instanceof Map) return true;
  return typeof result === "object" && result !== null && Object.getPrototypeOf(result) === Object.prototype;
}

/** The rows with the columns that were announced. */
function conform(node: FrameNode, columns: readonly Column[], name: string): FrameNode {
  const names = node.columns.map(({ name }) => name);
  const missing = columns.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
  const isEmpty = names.length === 0;
  if (missing.length > 0 && !isEmpty) {
    throw new BrambleError(
      "WRONG_RESULT",
      `${name} has the columns ${names.join(", ")}, but not ${missing.join(", ")}: use the option \`schema\``,
    );
  }
  if (isEmpty) return step([], { empty: columns });
  const selected = columns.map(
    ({ name, type }): Expression => ({ cast: { of: { column: name }, to: type, strict: true } }),
  );
  return step([node], { select: selected });
}
