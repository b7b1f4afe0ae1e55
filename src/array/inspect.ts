import { DTYPES } from "../dtype/index.js";
import { gridBlocks, inOrder, longestChunk, type Node, product } from "../graph/index.js";
import { formatShape } from "./shape.js";

/** What a lazy array is, as a little table. */
export function describeArray(node: Node): string {
  const chunk = node.grid.map(longestChunk);
  const { itemsize } = DTYPES[node.dtype];
  const blocks = product(gridBlocks(node.grid));
  const size = formatBytes(product(node.shape) * itemsize);
  const block = formatBytes(product(chunk) * itemsize);
  const rows = {
    shape: formatShape(node.shape),
    chunks: formatShape(chunk),
    dtype: node.dtype,
    bytes: blocks === 1 || Number.isNaN(blocks) ? size : `${size} in ${blocks} blocks of ${block}`,
    layers: String(inOrder([node]).length),
  };
  const lines = Object.entries(rows).map(([name, text]) => `  ${name.padEnd(6)}  ${text}`);
  return [`LazyArray ${node.name}`, ...lines].join("\n");
}

/** A size for people: `7.63 MiB`. */
function formatBytes(bytes: number): string {
  if (Number.isNaN(bytes)) return "unknown";
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 ? value : value.toFixed(2)} ${units[power]}`;
}
