import { frameBackend } from "../../engine/frames.js";
import type { Scan } from "../../generated/frames.js";
import { len } from "../expr/functions.js";
import { collectPlan, type FrameNode, inOrder } from "../node.js";
import { select, slice } from "../operations.js";
import { cutIntoNodes, readStream } from "../stream.js";

/** Rows in memory or in a few files as those of several nodes, if they are to be several pieces. */
export async function cutSource(node: FrameNode): Promise<FrameNode | undefined> {
  const parts = node.buffer === undefined ? await cutFiles(node) : await cutRows(node.buffer, node);
  if (parts.length < 2) return undefined;
  return { ...node, inputs: parts, operation: { concat: { relaxed: false } }, buffer: undefined };
}

async function cutRows(buffer: Uint8Array, node: FrameNode): Promise<FrameNode[]> {
  return node.npartitions === 1 ? [] : await cutIntoNodes(buffer, node);
}

/** Each file in as many parts as make the pieces that there are to be. */
async function cutFiles(node: FrameNode): Promise<FrameNode[]> {
  const { operation, npartitions } = node;
  if (typeof operation !== "object" || !("scan" in operation)) return [];
  const { scan } = operation;
  const each = Math.floor(npartitions / scan.paths.length);
  if (each < 2) return [];
  const files = scan.paths.map((_, place) => fileOf(scan, place));
  return (await Promise.all(files.map((file) => cutFile(node, file, each)))).flat();
}

async function cutFile(node: FrameNode, scan: Scan, count: number): Promise<FrameNode[]> {
  // How many of the bytes are whose nobody knows: parts are taken for equal.
  const bytes = Math.ceil(node.bytes / node.npartitions);
  const file: FrameNode = { ...node, operation: { scan }, npartitions: 1, bytes };
  if (!isText(scan) && scan.objects.length === 0) return await cutRowsOf(file, count);
  const ranges = await frameBackend().cut(scan, count);
  return ranges.length < 2
    ? [file]
    : ranges.map((range) => ({ ...file, operation: { scan: { ...scan, range } } }));
}

/** A scan of one of the files of another. */
export function fileOf(scan: Scan, place: number): Scan {
  return filesOf(scan, place, place + 1);
}

/** A scan of some of the files of another. */
export function filesOf(scan: Scan, from: number, to: number): Scan {
  return { ...scan, paths: scan.paths.slice(from, to), objects: scan.objects.slice(from, to) };
}

/** Rows of a file that knows how many it has. Readers skip what is not wanted. */
async function cutRowsOf(file: FrameNode, count: number): Promise<FrameNode[]> {
  const rows = await countRows(file);
  const edges = Array.from({ length: count + 1 }, (_, edge) => Math.floor((edge * rows) / count));
  // A file each, for what several read is read once, and as a whole.
  return edges.slice(1).map((end, part) => slice({ ...file }, edges[part] ?? 0, end - (edges[part] ?? 0)));
}

/** Whether files have lines, and so nobody knows how many without reading them. */
export function isText({ format }: Scan): boolean {
  return typeof format === "object" && ("csv" in format || "jsonl" in format);
}

/** Steps that take no longer than reading does. */
const QUICK = ["slice", "select", "filter", "drop", "rename", "concat"];

/** Whether a piece may be read twice: of local files that have their columns apart only those are read that are wanted. */
export function isQuickToRead(piece: FrameNode): boolean {
  return inOrder(piece).every(({ operation }) => {
    if (typeof operation !== "object") return false;
    if ("scan" in operation) return !isText(operation.scan) && operation.scan.objects.length === 0;
    return QUICK.some((name) => name in operation);
  });
}

/** How many rows a node has. */
export async function countRows(node: FrameNode): Promise<number> {
  const { plan, buffers } = collectPlan(select(node, [len()]), "memory");
  return Number((await readStream(await frameBackend().run(plan, buffers))).getChildAt(0)?.get(0));
}
