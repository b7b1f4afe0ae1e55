import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { BrambleError } from "../errors.js";
import { learn } from "../values/known.js";
import { workerPlace } from "./worker-place.js";

/** Puts a file where the tasks of this worker find it. */
export function saveUpload(name: string, bytes: Uint8Array): string {
  const folder = uploadFolder();
  // What tasks import is nobody else's to write.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  writeFileSync(`${path}.partial`, bytes);
  renameSync(`${path}.partial`, path);
  return path;
}

/** Reads a file that is to be uploaded. */
export async function readUpload(path: string): Promise<{ name: string; bytes: Uint8Array }> {
  try {
    return { name: basename(path), bytes: new Uint8Array(await readFile(path)) };
  } catch (error) {
    throw new BrambleError("FILE_NOT_FOUND", `${path} can't be read: ${String(error)}`, { cause: error });
  }
}

/**
 * In a task, the URL of a file that `client.uploadFile` has brought to its worker.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` outside of a task of a cluster.
 * @example
 * const { clean } = await import(uploaded("helpers.mjs"));
 */
export function uploaded(name: string): string {
  return pathToFileURL(join(uploadFolder(), basename(name))).href;
}

function uploadFolder(): string {
  const place = workerPlace();
  if (place === undefined)
    throw new BrambleError("INVALID_ARGUMENT", "Uploaded files are there for tasks on a cluster");
  return place.folder;
}

let isLearnt = false;

/** Lets these functions travel. */
export function learnUploads(): void {
  if (isLearnt) return;
  isLearnt = true;
  learn("uploads", { saveUpload });
}
