// House rules that no other tool knows.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";

const MAX_LINES = 600;
const SOURCE = /\.(rs|ts|mjs)$/;
/** Spelt in two halves, so that this file passes. */
const LEFTOVERS = new RegExp(
  ["TO" + "DO", "FIX" + "ME", "X" + "XX"].map((word) => `\\b${word}\\b`).join("|"),
);

/** @throws {Error} naming every file that breaks a rule */
export function tidy() {
  const problems = [...sources().flatMap(checkSource), ...checkCratesAreDescribed()];
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** What git tracks or would, so that build results don't count. */
function sources() {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed.split("\n").filter((path) => SOURCE.test(path) && existsSync(join(root, path)));
}

function checkSource(path) {
  const lines = readFileSync(join(root, path), "utf8").split("\n");
  const tooLong = lines.length > MAX_LINES ? [`${path}: ${lines.length} lines, more than ${MAX_LINES}`] : [];
  const leftovers = lines.flatMap((line, index) =>
    LEFTOVERS.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
  );
  return [...tooLong, ...leftovers];
}

function checkCratesAreDescribed() {
  const members = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^ {4}"crates\/.+?"/gm) ?? [];
  const architecture = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const crates = ["crates/node", ...members.map((line) => line.trim().replaceAll('"', ""))];
  return crates
    .filter((path) => !architecture.includes(`\`${path}`))
    .map((path) => `ARCHITECTURE.md does not describe ${path}`);
}
