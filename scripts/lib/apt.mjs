// System packages: installed when this runs as root on Debian, asked for otherwise.

import { existsSync } from "node:fs";
import { SetupError } from "./errors.mjs";
import { withProgress } from "./progress.mjs";
import { run } from "./run.mjs";

/**
 * @param {string[]} packages names in Debian
 * @param {string} purpose what they bring, for people
 * @throws {SetupError} with the command to type, if this process may not install them
 */
export async function installPackages(packages, purpose) {
  const command = `apt-get install ${packages.join(" ")}`;
  if (!existsSync("/usr/bin/apt-get")) {
    throw new SetupError(
      `Bramble needs ${purpose}: install it with your system's packages (on Debian: ${command}).`,
    );
  }
  if (process.getuid() !== 0) throw new SetupError(`Bramble needs ${purpose}. To get it: sudo ${command}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await withProgress(`Installing ${purpose} with apt-get`, async () => {
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
  });
}
