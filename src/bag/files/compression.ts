import { checkOneOf } from "../../check.js";

/** Compressions that files can be read and written with. */
export const COMPRESSIONS = ["gzip", "brotli", "bzip2", "xz", "zstd"] as const;

/** The name of a compression. */
export type Compression = (typeof COMPRESSIONS)[number];

const ENDINGS: Readonly<Record<string, Compression>> = {
  gz: "gzip",
  br: "brotli",
  bz2: "bzip2",
  xz: "xz",
  zst: "zstd",
};

/** The compression of a file: the one that somebody said, or the one of the ending of its name; null is none. */
export function compressionOf(path: string, wanted: unknown): Compression | undefined {
  if (wanted === null) return undefined;
  if (wanted !== undefined && wanted !== "infer") {
    return checkOneOf(wanted as string, "options.compression", COMPRESSIONS);
  }
  const [, ending = ""] = /\.(\w+)(?:[?#].*)?$/.exec(path) ?? [];
  return ENDINGS[ending];
}
