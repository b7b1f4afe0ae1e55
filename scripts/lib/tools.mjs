// Finds the tools that must be there already, and says in words what to do about those that are not.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "./apt.mjs";
import { SetupError } from "./errors.mjs";
import { root } from "./paths.mjs";

const RUSTUP_HINT = "install Rust with rustup (https://rustup.rs), or update it: rustup update stable";

/**
 * @param {string} command
 * @returns {{ version: string } | { problem: string }} the first dotted number that `--version` prints
 */
export function probe(command) {
  const { error, status, stdout, stderr } = spawnSync(command, ["--version"], { encoding: "utf8" });
  if (error) return { problem: "not found" };
  const version = stdout.match(/\d+(\.\d+)+/)?.[0];
  if (status !== 0 || !version)
    return { problem: `does not run: ${(stderr || stdout).trim().split("\n")[0].replace(/\.+$/, "")}` };
  return { version };
}

/** Whether a dotted version is at least another, number by number. */
export function isAtLeast(version, minimum) {
  const [have, want] = [version, minimum].map((text) => text.split(".").map(Number));
  const differing = want.findIndex((number, position) => number !== (have[position] ?? 0));
  return differing === -1 || (have[differing] ?? 0) > want[differing];
}

/** @throws {SetupError} if this Node is older than package.json allows */
export function requireNode() {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const minimum = manifest.engines.node.match(/\d+(\.\d+)*/)[0];
  if (isAtLeast(process.versions.node, minimum)) return;
  throw new SetupError(
    `Bramble needs Node ${minimum} or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      "  Get it from https://nodejs.org or from your system's packages.",
  );
}

/**
 * Makes sure that the addon can be compiled.
 *
 * @throws {SetupError} naming every tool that is missing, the version needed, and how to get it
 */
export async function requireCompilers() {
  const rust = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^rust-version = "(.+)"$/m)[1];
  const problems = ["cargo", "rustc"].flatMap((tool) => complaint(tool, rust) ?? []);
  if (problems.length > 0) throw new SetupError(`${problems.join("\n")}\n  To get it: ${RUSTUP_HINT}`);
  const missing = ["cc", "make"].filter((tool) => probe(tool).problem);
  if (missing.length > 0)
    await installPackages(["build-essential"], `a C compiler and make (missing: ${missing.join(", ")})`);
}

function complaint(tool, minimum) {
  const { version, problem } = probe(tool);
  if (version && isAtLeast(version, minimum)) return undefined;
  return `Bramble needs ${tool} ${minimum} or newer; ${problem ? `${tool} ${problem}` : `found ${version}`}.`;
}
