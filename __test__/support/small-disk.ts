import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { tmpdir } from "node:os";

/** Mounts a disk of a megabyte on a folder, which only this program and those that it starts see, and runs a program. */
const ON_A_SMALL_DISK = `mount -t tmpfs -o size=1m small "$0" && exec "$@"`;

/** Runs a program, given by its words, for which a folder is an empty disk of a megabyte. */
export function runOnSmallDisk(folder: string, words: readonly string[]): SpawnSyncReturns<string> {
  const args = ["--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, folder, ...words];
  return spawnSync("unshare", args, { encoding: "utf8", timeout: 100_000 });
}

/** Whether this system lets us mount one. */
export const mayMount = runOnSmallDisk(tmpdir(), ["true"]).status === 0;
