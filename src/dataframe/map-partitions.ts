import { checkOptions, invalid } from "../check.js";
import { delayed } from "../delayed/index.js";
import type { Column } from "../generated/frames.js";
import { readSchema, type Schema } from "./column-type.js";
import type { FrameNode, PieceMaker } from "./node.js";
import { callPartition, type PartitionFunction, takePartition } from "./partition-call.js";

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
  const name = f.name === "" ? "mapPartitions" : f.name;
  const call = delayed(callPartition, { name, traverse: false });
  const { npartitions } = node;
  const of: PieceMaker["of"] = (pieces, folder) =>
    pieces.map((piece, partition) =>
      call(f as PartitionFunction, piece, { partition, npartitions }, columns, folder),
    );
  return madeNode(columns, npartitions, { name: "mapPartitions", npartitions, of }, node);
}

/** A frame of delayed values, each of which is a table, rows or columns. */
export function fromDelayed(parts: unknown, options: { readonly schema: Schema }): FrameNode {
  if (!Array.isArray(parts) || parts.length === 0) throw invalid("delayed values", "parts", parts);
  checkOptions(options, "options", ["schema"]);
  const columns = readSchema(options.schema, "options.schema");
  const take = delayed(takePartition, { name: "fromDelayed" });
  const of: PieceMaker["of"] = (_, folder) =>
    parts.map((part: unknown, partition) => take(part, partition, columns, folder));
  return madeNode(columns, parts.length, { name: "fromDelayed", npartitions: parts.length, of });
}

/** Some of the pieces of a frame, by their numbers. */
export function pickPartitions(node: FrameNode, places: readonly number[]): FrameNode {
  const of: PieceMaker["of"] = (pieces) => places.flatMap((place) => pieces[place] ?? []);
  const { columns, npartitions } = node;
  return madeNode(columns, places.length, { name: "partitions", npartitions, of }, node);
}

/** A step whose pieces are made of those of another, if there is one. */
function madeNode(
  columns: readonly Column[],
  npartitions: number,
  made: PieceMaker,
  input?: FrameNode,
): FrameNode {
  const inputs = input === undefined ? [] : [input];
  return { inputs, operation: { memory: 0 }, columns, npartitions, bytes: input?.bytes ?? 0, made };
}
