import { statSync } from "node:fs";
import { BrambleError } from "../../errors.js";
import type { Compression } from "./compression.js";
import { compressionOf } from "./compression.js";
import { isUrl } from "./glob.js";

/** A stretch of a file, or all of it. */
export interface Piece {
  readonly path: string;
  /** Its first byte and the one behind its last; undefined: all of it, whatever there is. */
  readonly range: readonly [start: number, end: number] | undefined;
  readonly compression: Compression | undefined;
}

/** How files are cut into partitions. */
export interface Cut {
  /** Bytes of a partition; undefined: whole files. */
  readonly blocksize: number | undefined;
  readonly filesPerPartition: number;
  readonly compression: unknown;
  /** Whether somebody asked for `blocksize`: then compressed files, which have no middle to begin at, are an error. */
  readonly isAsked: boolean;
}

/** The pieces of each partition. */
export function partitionFiles(files: readonly string[], cut: Cut): Piece[][] {
  const pieces = files.map((path) => piecesOf(path, cut));
  if (cut.filesPerPartition === 1) return pieces.flat(1).map((piece) => [piece]);
  const partitions: Piece[][] = [];
  for (let start = 0; start < pieces.length; start += cut.filesPerPartition) {
    partitions.push(pieces.slice(start, start + cut.filesPerPartition).flat(1));
  }
  return partitions;
}

function piecesOf(path: string, { blocksize, compression: wanted, isAsked }: Cut): Piece[] {
  const compression = compressionOf(path, wanted);
  const whole = { path, range: undefined, compression };
  if (blocksize === undefined || isUrl(path)) return [whole];
  if (compression !== undefined) {
    if (!isAsked) return [whole];
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `${path} is compressed (${compression}), and can only be read as a whole: leave \`blocksize\` out`,
    );
  }
  const { size } = statSync(path);
  if (size <= blocksize) return [whole];
  const count = Math.ceil(size / blocksize);
  return Array.from({ length: count }, (_, number) => ({
    ...whole,
    range: [number * blocksize, Math.min(size, (number + 1) * blocksize)],
  }));
}
