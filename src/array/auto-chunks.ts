import type { Axis, Grid } from "../generated/layers.js";
import { longestChunk, product, regularAxis } from "../graph/index.js";

/** What chunks may be chosen from. */
export interface AutoOptions {
  readonly shape: readonly number[];
  /** Chunk lengths are multiples of these, as far as given: the chunks of the store that is read. */
  readonly units: readonly number[];
  /** About how many elements a block may have. */
  readonly elements: number;
}

/** Cuts the axes that are left open: all the same number of units long, or whole where they end before. */
export function autoChunks(axes: readonly (Axis | undefined)[], options: AutoOptions): Grid {
  const open = [...axes.keys()].filter((number) => axes[number] === undefined);
  if (open.length === 0) return axes.filter((axis) => axis !== undefined);

  const lengthOf = (number: number): number => options.shape[number] ?? 0;
  const unitOf = (number: number): number => Math.max(1, options.units[number] ?? 1);
  // What the settled axes leave, shared by the open ones.
  const room = options.elements / product(axes.map((axis) => Math.max(1, longestChunk(axis ?? []))));
  const scale = Math.max(1, (room / product(open.map(unitOf))) ** (1 / open.length));
  const short = open.filter((number) => unitOf(number) * scale >= lengthOf(number));

  const settled = axes.map((axis, number) => {
    if (short.includes(number)) return regularAxis(lengthOf(number), lengthOf(number));
    // An axis that ends early leaves more to the others, so they wait for the next round.
    if (axis !== undefined || short.length > 0) return axis;
    return regularAxis(lengthOf(number), chunkLength(unitOf(number), scale, lengthOf(number)));
  });
  return autoChunks(settled, options);
}

/** A multiple of the unit; of units of 1 such that all chunks are about the same length. */
function chunkLength(unit: number, scale: number, length: number): number {
  const longest = Math.floor(scale) * unit;
  return unit > 1 ? longest : Math.ceil(length / Math.ceil(length / longest));
}
