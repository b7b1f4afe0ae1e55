import { resolve } from "node:path";
import { checkBoolean, checkFilePath, checkOptions, invalid } from "../../check.js";
import type { Node } from "../../graph/index.js";
import { writeHeader } from "../../npy/header.js";
import { checkLocal } from "../../remote.js";
import { COMPUTE_OPTIONS, type ComputeOptions } from "../compute.js";
import { nodeOf } from "../operand.js";
import { whenKnown, write, type WriteTime } from "./receipts.js";

/** How files without a header are written, and how the computation runs. */
export interface ToFileOptions extends ComputeOptions, WriteTime {
  /** Whether a file that is there gives way. Default: false. */
  readonly overwrite?: boolean | undefined;
}

/** How `.npz` files are written, and how the computation runs. */
export interface ToNpzOptions extends ToFileOptions {
  /**
   * Whether the arrays are compressed, by deflate, when all are written. Until then the disk holds them as they are. Default:
   * false.
   */
  readonly compressed?: boolean | undefined;
}

/** The nodes that write arrays to an `.npz` file, under their names. */
export function toNpz(path: unknown, arrays: unknown, options: unknown): Node[] {
  const place = readPlace(path, options, ["compressed"]);
  const compressed = checkBoolean((options as ToNpzOptions).compressed ?? false, "options.compressed");
  if (typeof arrays !== "object" || arrays === null) throw invalid("a record of arrays", "arrays", arrays);
  const entries = Object.entries(arrays);
  if (entries.length === 0) throw invalid("an array at least", "arrays", arrays);
  return entries.map(([name, x]) => {
    // A longer name does not fit what a zip archive says of it.
    if (name === "" || name.includes("\0") || Buffer.byteLength(name) > 65_000)
      throw invalid("a name for each array", "arrays", name);
    const node = nodeOf(x, `arrays[${JSON.stringify(name)}]`);
    return whenKnown(node, [place, compressed, name], (known) => {
      const header = writeHeader(known.dtype, known.shape);
      return write(known, { npz: { ...place, compressed, member: `${name}.npy`, header } });
    });
  });
}

/** The node that writes another to a file of elements alone, little-endian and in row-major order. */
export function toRaw(node: Node, path: unknown, options: unknown): Node {
  const place = readPlace(path, options);
  return whenKnown(node, ["raw", place], (known) =>
    write(known, { raw: { ...place, header: new Uint8Array() } }),
  );
}

function readPlace(
  path: unknown,
  options: unknown,
  more: readonly string[] = [],
): { path: string; overwrite: boolean } {
  checkFilePath(path, "path");
  checkLocal(path);
  checkOptions(options, "options", ["overwrite", "compute", ...more, ...COMPUTE_OPTIONS]);
  const { overwrite = false } = options as ToFileOptions;
  return { path: resolve(path), overwrite: checkBoolean(overwrite, "options.overwrite") };
}
