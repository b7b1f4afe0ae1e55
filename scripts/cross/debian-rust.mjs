// Debian's Rust compiler, with the standard libraries that Debian built for its ARM ports put beside its own.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { installPackages } from "../lib/apt.mjs";
import { SetupError } from "../lib/errors.mjs";
import { cache } from "../lib/paths.mjs";
import { withProgress } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";

export const DEBIAN_RUSTC = "/usr/bin/rustc";

/** Debian stable's own Rust is too old by the time it is released; `rustc-web` follows Firefox. */
const COMPILER = "rustc-web";
const STD = "libstd-rust-web-dev";
const RUSTLIB = "/usr/lib/rustlib";
/** Debian's names of the ports that the targets run on. */
const PORTS = { "aarch64-unknown-linux-gnu": "arm64", "armv7-unknown-linux-gnueabihf": "armhf" };

/** Installs the compiler, and the standard library of each target that lacks it. */
export async function installDebianRust(targets) {
  if (!compilerVersion()) await installPackages([COMPILER, "cargo-web"], "Debian's Rust compiler");
  const missing = targets.filter((target) => !isDebianStdCurrent(join(RUSTLIB, target, "lib")));
  if (missing.length > 0 && process.getuid() !== 0) {
    throw new SetupError(
      `Rust's standard library for ${missing.join(" and ")} can only be added by root here.\n` +
        "  To get it: sudo scripts/cross-setup, or rustup target add on a machine that rustup can reach",
    );
  }
  for (const target of missing)
    await withProgress(`Installing Rust's standard library for ${target}`, () => installStd(target));
}

/** Whether a target's standard library was made by the compiler that is installed now. */
export function isDebianStdCurrent(libdir) {
  const note = join(dirname(libdir), ".version");
  return existsSync(note) && readFileSync(note, "utf8").trim() === compilerVersion();
}

function compilerVersion() {
  const { status, stdout } = spawnSync("dpkg-query", ["-W", "-f", "${Version}", COMPILER], {
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** The package of another port can't be installed beside this machine's: its files are taken from it. */
async function installStd(target) {
  const work = join(cache, "debian-std.partial");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const archive = await download(PORTS[target], work);
  await run("dpkg-deb", ["-x", archive, join(work, "files")]);
  // Copied beside its place and renamed, so that an interruption leaves nothing half made.
  const partial = join(RUSTLIB, `.${target}.partial`);
  rmSync(partial, { recursive: true, force: true });
  cpSync(join(work, "files", RUSTLIB, target), partial, { recursive: true });
  writeFileSync(join(partial, ".version"), `${compilerVersion()}\n`);
  rmSync(join(RUSTLIB, target), { recursive: true, force: true });
  renameSync(partial, join(RUSTLIB, target));
  rmSync(work, { recursive: true });
}

/** Downloads the port's package of exactly the compiler's version, and returns its path. */
async function download(port, work) {
  const wanted = `${STD}=${compilerVersion()}`;
  try {
    const lists = await updateLists(port, work);
    await run("apt-get", [...lists, "download", wanted], { cwd: work });
  } catch {
    // A mirror may serve a port's index late. The package stands beside this machine's own, whose address apt
    // knows; only the check against the signed index is lost.
    process.stderr.write(
      `  The index of ${port} is not in step with this machine's; taking the package by its address\n`,
    );
    const own = await run("apt-get", ["download", "--print-uris", wanted], { cwd: work });
    const address = own.match(/'(.+?)'/)[1].replace(/_[a-z0-9]+\.deb$/, `_${port}.deb`);
    await run("/usr/lib/apt/apt-helper", ["download-file", address, join(work, "std.deb")]);
  }
  return (await run("find", [work, "-maxdepth", "1", "-name", "*.deb"])).trim();
}

/** Fetches the indexes of another port into a folder of its own: the system's settings stay as they are. */
async function updateLists(port, work) {
  const lists = join(work, "lists");
  mkdirSync(join(lists, "partial"), { recursive: true });
  const options = [
    `Dir::State::lists=${lists}`,
    `APT::Architecture=${port}`,
    `APT::Architectures::=${port}`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
  ].flatMap((option) => ["-o", option]);
  await run("apt-get", [...options, "update", "-qq"]).catch(() => undefined);
  return options;
}
