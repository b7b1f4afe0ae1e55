import { resolve } from "node:path";
import { checkBoolean, checkFilePath, checkOptions } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { axisLengths, type Node, regularAxis } from "../../graph/index.js";
import { npyDType, writeHeader } from "../../npy/header.js";
import { writeInfo } from "../../npy/pickle.js";
import { checkLocal } from "../../remote.js";
import { COMPUTE_OPTIONS, type ComputeOptions } from "../compute.js";
import { checkAxis } from "../shape.js";
import { whenKnown, write, type WriteTime } from "./receipts.js";

/** How `.npy` files are written, and how the computation runs. */
export interface ToNpyOptions extends ComputeOptions, WriteTime {
  /** The axis along which the files of a folder follow each other, a block each. Default: 0. */
  readonly axis?: number | undefined;
  /** Whether what is there gives way. Default: false. */
  readonly overwrite?: boolean | undefined;
}

/** The node that writes another to an `.npy` file, or to a folder of them. */
export function toNpy(node: Node, path: unknown, options: unknown): Node {
  checkFilePath(path, "path");
  checkLocal(path);
  checkOptions(options, "options", ["axis", "overwrite", "compute", ...COMPUTE_OPTIONS]);
  const { axis, overwrite = false } = options as ToNpyOptions;
  const place = { path: resolve(path), overwrite: checkBoolean(overwrite, "options.overwrite") };
  if (!path.endsWith(".npy")) {
    const number = stackAxis(node, axis);
    return whenKnown(node, [place, number], (known) => toStack(known, number, place));
  }
  if (axis === undefined) {
    return whenKnown(node, place, (known) =>
      write(known, { raw: { ...place, header: writeHeader(known.dtype, known.shape) } }),
    );
  }
  throw new BrambleError(
    "INVALID_ARGUMENT",
    "`options.axis` goes with a folder only, not with one `.npy` file",
  );
}

function stackAxis({ shape }: Node, axis: unknown): number {
  if (shape.length > 0) return checkAxis(axis ?? 0, "options.axis", shape.length);
  throw new BrambleError("INVALID_ARGUMENT", 'A 0-d array goes to one file: end the path in ".npy"');
}

/** A folder as Dask's `to_npy_stack` makes it: blocks along one axis, whole along the others. */
function toStack(node: Node, number: number, place: { path: string; overwrite: boolean }): Node {
  const grid = node.shape.map((length, other) =>
    other === number ? (node.grid[other] ?? []) : regularAxis(length, length),
  );
  const files = grid[number] ?? [];
  const headers = files.map((run) =>
    writeHeader(
      node.dtype,
      node.shape.map((length, other) => (other === number ? run.length : length)),
    ),
  );
  // The file lists every chunk: readers of Dask's want it so, and there is a file for each anyway.
  const info = writeInfo({ chunks: grid.map(axisLengths), axis: number }, npyDType(node.dtype));
  // A block is written into its part of a file, so that no file has to be in memory as a whole.
  return write(node, { stack: { ...place, axis: number, files, headers, info } });
}
