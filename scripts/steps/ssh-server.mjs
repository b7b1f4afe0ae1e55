// The server that the tests of SSHCluster reach by the system's ssh.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "../lib/apt.mjs";
import { SetupError } from "../lib/errors.mjs";
import { cache } from "../lib/paths.mjs";
import { withProgress } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";

/** The server, and the library that Debian links it with and nothing else needs. */
const PACKAGES = ["openssh-server", "libwrap0"];
const folder = join(cache, "ssh-server");
const SYSTEM_SSHD = "/usr/sbin/sshd";

/**
 * Makes sure that `ssh` and a server for it are there. Installed as a package the server would at once listen on every
 * interface: it is unpacked into a folder of ours instead. Needs the build lock.
 */
export async function installSshServer() {
  if (!existsSync("/usr/bin/ssh")) await installPackages(["openssh-client"], "ssh for the tests");
  if (existsSync(SYSTEM_SSHD) || existsSync(folder)) return;
  if (!existsSync("/usr/bin/apt-get")) {
    throw new SetupError("The tests need OpenSSH's server: install it with your system's packages");
  }
  await withProgress("Unpacking OpenSSH's server for the tests", unpack);
}

/** The server's path, and where libraries are that it needs beside the system's. */
export function sshServer() {
  if (existsSync(SYSTEM_SSHD)) return { sshd: SYSTEM_SSHD, libraries: "" };
  const libraries = join(folder, "usr/lib");
  const architecture = readdirSync(libraries).find((name) => name.includes("-linux-gnu")) ?? "";
  return { sshd: join(folder, SYSTEM_SSHD), libraries: join(libraries, architecture) };
}

async function unpack() {
  const work = `${folder}.partial`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  // The lists of packages are root's to refresh; those that are there may do.
  if (process.getuid() === 0) await run("apt-get", ["update", "-qq"]);
  await run("apt-get", ["download", ...PACKAGES], { cwd: work });
  for (const name of readdirSync(work).filter((name) => name.endsWith(".deb"))) {
    await run("dpkg-deb", ["-x", join(work, name), join(work, "files")]);
  }
  renameSync(join(work, "files"), folder);
  rmSync(work, { recursive: true });
}
