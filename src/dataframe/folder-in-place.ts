// Folders that are filled under another name, and get their own once all of their files are whole.

import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A name beside a path that nobody has, and that begins with a dot, so that readers of the folder around pass it over. */
export function hiddenBeside(path: string, what: string): string {
  return join(dirname(path), `.${basename(path)}.${what}-${process.pid}-${randomUUID().slice(0, 8)}`);
}

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
