// Rows that go to S3: they are written into a folder of this machine, whose files then become objects together.

import { readdir, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { invalid } from "../check.js";
import { config } from "../config/index.js";
import { BrambleError } from "../errors.js";
import { makeScratchFolder } from "../graph/scratch.js";
import { listObjects, putObjects, readObject } from "../remote.js";

/** Where rows go, and whether what is there is replaced. */
export interface Destination {
  /** An object, a folder that ends with a slash, or a folder and a pattern of names. */
  readonly url: string;
  readonly kind: "object" | "folder" | "pattern";
  readonly overwrite: boolean;
}

/**
 * Has rows written to a path of this machine, and uploads what is there then. Objects appear once the bytes of all are sent; with
 * `overwrite` those that were in a folder before and are no longer go last.
 *
 * @throws {BrambleError} `FILE_EXISTS`, `NETWORK`, `FILE_ACCESS`.
 */
export async function writeToS3(
  { url, kind, overwrite }: Destination,
  write: (path: string) => Promise<void>,
): Promise<void> {
  if (!url.startsWith("s3://"))
    throw invalid("a path or a URL of S3, for other servers are only read,", "path", url);
  const { base, tail } = split(url, kind);
  const there = await objectsAt(base, kind);
  if (there.length > 0 && !overwrite) {
    throw new BrambleError(
      "FILE_EXISTS",
      `${url} is there already: use the option \`overwrite\` to replace it`,
    );
  }
  const scratch = makeScratchFolder(config.get("memory.spillFolder"));
  try {
    const place = join(scratch, "rows");
    await write(`${place}${tail}`);
    const names = kind === "object" ? [""] : await filesIn(place);
    const urlOf = (name: string): string => (name === "" ? base : `${base}/${name}`);
    await putObjects({
      paths: names.map((name) => join(place, name)),
      urls: names.map(urlOf),
      removed: there.filter((name) => !names.includes(name)).map(urlOf),
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The URL of the object or folder, and what follows it in what was asked for. */
function split(url: string, kind: Destination["kind"]): { readonly base: string; readonly tail: string } {
  const end = kind === "pattern" ? url.lastIndexOf("/") : url.replace(/\/+$/, "").length;
  return { base: url.slice(0, end), tail: kind === "folder" ? "/" : url.slice(end) };
}

/** Names of the objects that would be replaced. */
async function objectsAt(url: string, kind: Destination["kind"]): Promise<readonly string[]> {
  if (kind !== "object") return await listObjects(url);
  return (await readObject(url, 0)) === undefined ? [] : [""];
}

/** The files in a folder and below, by names of objects. Hidden ones are last: they say what the others are. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const names = files.map((file) => relative(folder, join(file.parentPath, file.name)).replaceAll(sep, "/"));
  const rank = (name: string): string => `${name.startsWith("_") ? 1 : 0}${name}`;
  return names.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
