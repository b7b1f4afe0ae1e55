import { createHash } from "node:crypto";
import { createReadStream, type Dirent } from "node:fs";
import { mkdir, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { codeOf } from "./file-errors.js";
import type { Home } from "./home.js";
import { NOTE_OF_NPM, tryLink } from "./links.js";

/**
 * Replaces the files under a folder by hard links to the store's files of the same content, which other
 * environments use too. Where the file system has no hard links everything stays as it is.
 */
export async function shareFiles(home: Home, folder: string): Promise<void> {
  for (const file of await filesIn(folder)) {
    const { nlink, size, mode } = await stat(file);
    // What has another name is shared already.
    if (nlink === 1 && size > 0 && !(await shareFile(home, file, (mode & 0o111) !== 0))) return;
  }
}

async function shareFile(home: Home, file: string, isProgram: boolean): Promise<boolean> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const digest = hash.digest("hex");
  const kept = join(home.files, digest.slice(0, 2), `${digest.slice(2)}${isProgram ? "-x" : ""}`);
  await mkdir(dirname(kept), { recursive: true });
  if (await linkNew(file, kept)) return true;
  const partial = `${file}.${process.pid}.partial`;
  if (!(await tryLink(kept, partial))) return false;
  await rename(partial, file);
  return true;
}

/** Whether the store had no such file and now has this one, or no links can be made at all. */
async function linkNew(file: string, kept: string): Promise<boolean> {
  try {
    return await tryLink(file, kept);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes what no environment uses.
 *
 * @returns how many bytes that freed
 */
export async function cleanStore(home: Home): Promise<number> {
  let freed = 0;
  for (const file of await filesIn(home.files)) {
    const { nlink, size } = await stat(file);
    if (nlink > 1) continue;
    await unlink(file);
    freed += size;
  }
  return freed + (await removeFolder(home.cache));
}

async function removeFolder(folder: string): Promise<number> {
  let freed = 0;
  for (const file of await filesIn(folder)) freed += (await stat(file)).size;
  await rm(folder, { recursive: true, force: true });
  return freed;
}

/** All regular files under a folder, npm's note left out. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [] as Dirent[];
    throw error;
  });
  const lists = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path);
      return entry.isFile() && entry.name !== NOTE_OF_NPM ? [path] : [];
    }),
  );
  return lists.flat();
}
