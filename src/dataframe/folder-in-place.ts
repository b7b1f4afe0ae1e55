// Folders that are filled under another name, and get their own once all of their files are whole.

import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isAlive, MACHINE } from "../owner.js";

/** What is beside a folder: a new one that is not whole, or the one that was there until the new one is. */
type Beside = "partial" | "old";

/**
 * A name beside a path that nobody has, and that begins with a dot, so that readers of the folder around pass it over. It says whose it
 * is.
 */
export function hiddenBeside(path: string, what: Beside): string {
  const owner = `${process.pid}-${MACHINE}`;
  return join(dirname(path), `.${basename(path)}.${what}-${owner}-${randomUUID().slice(0, 8)}`);
}

/** Removes what processes of this machine that were killed have left beside a path. */
export async function clearBeside(path: string, what: Beside): Promise<void> {
  const begin = `.${basename(path)}.${what}-`;
  // Where nothing can be listed or removed, writing goes on all the same, or says why it can't.
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    const [, id, machine] = name.startsWith(begin) ? (OWNED.exec(name.slice(begin.length)) ?? []) : [];
    if (machine !== MACHINE || isAlive(Number(id))) continue;
    await rm(join(dirname(path), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** What names of {@link hiddenBeside} end with. */
const OWNED = /^(\d+)-([\da-f]{8})-[\da-f]{8}$/;

/**
 * Renames a folder; what was there is gone only once the new one is. Where others write to the same path, the folder of who is
 * last stays.
 */
export async function putInPlace(partial: string, path: string): Promise<void> {
  const old: string[] = [];
  try {
    while (!(await isRenamed(partial, path, ["ENOTEMPTY", "EEXIST", "ENOTDIR"]))) {
      const aside = hiddenBeside(path, "old");
      // Another writer may have moved it, too.
      if (await isRenamed(path, aside, ["ENOENT"])) old.push(aside);
    }
  } catch (error) {
    const last = old.at(-1);
    if (last !== undefined && !existsSync(path)) await rename(last, path);
    throw error;
  } finally {
    for (const folder of old) await rm(folder, { recursive: true, force: true });
  }
}

/** Renames something, or tells by false that one of these codes says why it can't be. */
async function isRenamed(from: string, to: string, codes: readonly string[]): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && codes.some((code) => code === error.code)) return false;
    throw error;
  }
}
