import { checkOptions, invalid } from "../check.js";
import { delayed, type Delayed } from "../delayed/index.js";
import { compute as computeDelayed } from "../delayed/index.js";
import { BrambleError } from "../errors.js";
import type { Column, Expression } from "../generated/frames.js";
import { readSchema, type Schema, schemaOf } from "./column-type.js";
import { computeStream, type FrameComputeOptions } from "./compute.js";
import { fromColumns, fromRows } from "./make.js";
import { type FrameNode, memoryNode, type Pending, step } from "./node.js";
import { concat } from "./operations.js";
import { callPartition, type PartitionFunction, tableToStream } from "./partition-call.js";
import { cutStream } from "./stream.js";

/** What a function of pieces gives. */
export interface MapPartitionsOptions<S extends Schema = Schema> {
  /** The columns and their types. Default: those that the function gets. */
  readonly schema?: S | undefined;
}

/** A function of the pieces of a frame. It runs where the scheduler says, the pieces at the same time. */
export function mapPartitions(node: FrameNode, f: unknown, options: MapPartitionsOptions): FrameNode {
  if (typeof f !== "function") throw invalid("a function", "f", f);
  checkOptions(options, "options", ["schema"]);
  const columns = options.schema === undefined ? node.columns : readSchema(options.schema, "options.schema");
  const call = delayed(callPartition, { name: f.name === "" ? "mapPartitions" : f.name });
  return pendingNode(columns, node.npartitions, async (request) => {
    const pieces = await piecesOf(node, request);
    const calls = pieces.map((piece, partition) =>
      call(f as PartitionFunction, piece, { partition, npartitions: pieces.length }),
    );
    return await together(calls, columns, request);
  });
}

/** A frame of delayed values, each of which is a table, rows or columns. */
export function fromDelayed(parts: unknown, options: { readonly schema: Schema }): FrameNode {
  if (!Array.isArray(parts) || parts.length === 0) throw invalid("delayed values", "parts", parts);
  checkOptions(options, "options", ["schema"]);
  const columns = readSchema(options.schema, "options.schema");
  const convert = delayed(tableToStream, { name: "fromDelayed" });
  const calls = parts.map((part: unknown) => convert(part));
  return pendingNode(columns, parts.length, (request) => together(calls, columns, request));
}

/** A step whose rows somebody makes when they are wanted. */
export function pendingNode(columns: readonly Column[], npartitions: number, pending: Pending): FrameNode {
  return { inputs: [], operation: { memory: 0 }, columns, npartitions, bytes: 0, pending };
}

/** The rows of a frame, cut into as many pieces as it has, each an Arrow stream. */
export async function piecesOf(node: FrameNode, request: FrameComputeOptions): Promise<Uint8Array[]> {
  return await cutStream(await computeStream(node, request), node);
}

/** The rows that calls give, one behind the other. */
async function together(
  calls: readonly Delayed[],
  columns: readonly Column[],
  { scheduler, signal }: FrameComputeOptions,
): Promise<Uint8Array> {
  const results = (await computeDelayed(...calls, { scheduler, signal })) as readonly unknown[];
  return await rowsOfResults(results, columns, "Partition");
}

/** The rows of what functions gave, one behind the other, with the columns that were announced. */
export async function rowsOfResults(
  results: readonly unknown[],
  columns: readonly Column[],
  what: string,
): Promise<Uint8Array> {
  // Types that only files have nobody can write down.
  const types = schemaOf(columns.filter(({ type }) => typeof type === "string" || !("other" in type)));
  const nodes = results.map((result, number) => {
    const name = `${what} ${number}`;
    return conform(nodeOfResult(result, types, name), columns, name);
  });
  const rows = nodes.length === 0 ? step([], { empty: columns }) : concat(nodes, "vertical");
  return await computeStream(rows, { scheduler: "threads" });
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
