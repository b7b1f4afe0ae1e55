import { constants, type Dirent } from "node:fs";
import { copyFile, link, mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "./file-errors.js";

/** Why a file system gives no hard link: another disk, none at all, too many, a file of somebody else's. */
const NO_LINK = ["EXDEV", "EPERM", "EACCES", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];
/** npm notes in it what is installed, and writes it in place: it must not be shared. */
export const NOTE_OF_NPM = ".package-lock.json";

/** Makes a second name for a file, or a copy where that can't be. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  if (!(await tryLink(from, to))) await copyFile(from, to, constants.COPYFILE_FICLONE);
}

/** Whether a second name for the file could be made. */
export async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (NO_LINK.includes(codeOf(error) ?? "")) return false;
    throw error;
  }
}

/** Makes a folder with the same files. They are the same ones, by hard links, so they cost hardly any disk. */
export async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    await linkEntry(entry, join(from, entry.name), join(to, entry.name));
  }
}

async function linkEntry(entry: Dirent, from: string, to: string): Promise<void> {
  if (entry.isDirectory()) await linkTree(from, to);
  else if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (entry.name === NOTE_OF_NPM) await copyFile(from, to);
  else await linkOrCopy(from, to);
}

/** Puts a file or folder that was made aside in its place, unless another process did so first. */
export async function putInPlace(partial: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  try {
    await rename(partial, place);
  } catch (error) {
    if (!["EEXIST", "ENOTEMPTY"].includes(codeOf(error) ?? "")) throw error;
    await rm(partial, { recursive: true, force: true });
  }
}
