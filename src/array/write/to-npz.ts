import { resolve } from "node:path";
import { checkBoolean, checkOptions, invalid } from "../../check.js";
import type { Node } from "../../graph/index.js";
import { writeHeader } from "../../npy/header.js";
import { checkLocal } from "../../remote.js";
import { COMPUTE_OPTIONS, type ComputeOptions } from "../compute.js";
import { nodeOf } from "../operand.js";
import { whenKnown, write, type WriteTime } from "./receipts.js";

/** How `.npz` files and files without a header are written, and how the computation runs. */
export interface ToFileOptions extends ComputeOptions, WriteTime {
  /** Whether a file that is there gives way. Default: false. */
  readonly overwrite?: boolean | undefined;
}

/** The nodes that write arrays to an `.npz` file, under their names. */
export function toNpz(path: unknown, arrays: unknown, options: unknown): Node[] {
  const place = readPlace(path, options);
  if (typeof arrays !== "object" || arrays === null) throw invalid("a record of arrays", "arrays", arrays);
  const entries = Object.entries(arrays);
  if (entries.length === 0) throw invalid("an array at least", "arrays", arrays);
  return entries.map(([name, x]) => {
    // A longer name does not fit what a zip archive says of it.
    if (name === "" || name.includes("\0") || Buffer.byteLength(name) > 65_000)
      throw invalid("a name for each array", "arrays", name);
    const node = nodeOf(x, `arrays[${JSON.stringify(name)}]`);
    return whenKnown(node, [place, name], (known) =>
      write(known, {
        npz: { ...place, member: `${name}.npy`, header: writeHeader(known.dtype, known.shape) },
      }),
    );
  });
}

/** The node that writes another to a file of elements alone, little-endian and in row-major order. */
export function toRaw(node: Node, path: unknown, options: unknown): Node {
  const place = readPlace(path, options);
  return whenKnown(node, ["raw", place], (known) =>
    write(known, { raw: { ...place, header: new Uint8Array() } }),
  );
}

function readPlace(path: unknown, options: unknown): { path: string; overwrite: boolean } {
  if (typeof path !== "string" || path === "") throw invalid("a path", "path", path);
  checkLocal(path);
  checkOptions(options, "options", ["overwrite", "compute", ...COMPUTE_OPTIONS]);
  const { overwrite = false } = options as ToFileOptions;
  return { path: resolve(path), overwrite: checkBoolean(overwrite, "options.overwrite") };
}
