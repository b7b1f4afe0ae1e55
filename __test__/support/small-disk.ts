import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Mounts a disk of a megabyte on a folder, which only this program and those that it starts see, and runs a program. */
const ON_A_SMALL_DISK = `mount -t tmpfs -o size=1m small "$0" && exec "$@"`;

/** Runs a program, given by its words, for which a folder is an empty disk of a megabyte. */
export function runOnSmallDisk(folder: string, words: readonly string[]): SpawnSyncReturns<string> {
  const args = ["--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, folder, ...words];
  return spawnSync("unshare", args, { encoding: "utf8", timeout: 100_000 });
}

/** Whether this system lets us mount one. */
export const mayMount = runOnSmallDisk(tmpdir(), ["true"]).status === 0;

/** The same, of a file system in a file: unlike the other it does not lie in memory, where no blocks are put. */
const ON_A_SMALL_FILE_SYSTEM = `truncate -s 2M "$0.img" && mkfs.ext4 -q -F "$0.img" && mount -o loop "$0.img" "$0" && exec "$@"`;

/** Runs a program, given by its words, for which a folder is an empty file system of about a megabyte. Makes a file beside it. */
export function runOnSmallFileSystem(folder: string, words: readonly string[]): SpawnSyncReturns<string> {
  const args = ["--mount", "sh", "-c", ON_A_SMALL_FILE_SYSTEM, folder, ...words];
  return spawnSync("unshare", args, { encoding: "utf8", timeout: 100_000 });
}

/** Whether this system lets us mount one. */
export const mayMountFile = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), "bramble-mount-"));
  try {
    mkdirSync(join(folder, "disk"));
    return runOnSmallFileSystem(join(folder, "disk"), ["true"]).status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
})();
