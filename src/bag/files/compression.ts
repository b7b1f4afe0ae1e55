import { checkOneOf } from "../../check.js";

/** Compressions that files can be written with. */
export const WRITTEN_COMPRESSIONS = ["gzip", "brotli"] as const;

/** Compressions that files can be read with. */
export const COMPRESSIONS = [...WRITTEN_COMPRESSIONS, "bzip2", "xz", "zstd"] as const;

/** The name of a compression. */
export type Compression = (typeof COMPRESSIONS)[number];

/** The name of one that files can be written with. */
export type WrittenCompression = (typeof WRITTEN_COMPRESSIONS)[number];

const ENDINGS: Readonly<Record<string, Compression>> = {
  gz: "gzip",
  br: "brotli",
  bz2: "bzip2",
  xz: "xz",
  zst: "zstd",
};

/** The compression of a file: the one that somebody said, or the one of the ending of its name; null is none. */
export function compressionOf<C extends Compression>(
  path: string,
  wanted: unknown,
  known: readonly C[],
): C | undefined {
  if (wanted === null) return undefined;
  if (wanted !== undefined && wanted !== "infer") {
    return checkOneOf(wanted as string, "options.compression", known);
  }
  const [, ending = ""] = /\.(\w+)(?:[?#].*)?$/.exec(path) ?? [];
  const compression = ENDINGS[ending];
  return compression === undefined ? undefined : checkOneOf(compression, `${path}`, known);
}
