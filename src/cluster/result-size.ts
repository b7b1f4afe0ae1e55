import { DTYPES } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Layer } from "../generated/layers.js";
import { gridShape } from "../graph/index.js";
import { memoryOfProcess } from "../machine.js";

/**
 * Refuses results that this machine could not hold, before anything is computed.
 *
 * @throws {BrambleError} `OUT_OF_MEMORY`, naming the sizes.
 */
export function checkResultsFit(
  layers: readonly Layer[],
  outputs: readonly number[],
  memory: number = memoryOfProcess(),
): void {
  const sizes = outputs.flatMap((output) => layers[output] ?? []).map(bytesOfLayer);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= memory) return;
  throw new BrambleError(
    "OUT_OF_MEMORY",
    `The result takes ${gigabytes(bytes)}, and this process can have ${gigabytes(memory)}: reduce or slice it first, ` +
      "write it with toZarr, or leave it on the cluster with client.compute",
  );
}

/** Bytes of an array; 0 of what says only when it is computed how long it is. */
function bytesOfLayer({ dtype, grid, kind }: Layer): number {
  if ("tasks" in kind || ("call" in kind && kind.call.values)) return 0;
  const elements = gridShape(grid).reduce((product, length) => product * length, 1);
  return Number.isNaN(elements) ? 0 : elements * DTYPES[dtype].itemsize;
}

function gigabytes(bytes: number): string {
  const count = bytes / 1e9;
  return `${count >= 100 ? Math.round(count) : count.toPrecision(3)} GB`;
}
