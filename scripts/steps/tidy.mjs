// House rules that no other tool knows.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";

/** Each crate may use those before it. Programs and generators stand above all of them. */
const LEVELS = ["graph", "array", "linear", "storage", "runtime", "bag", "frame", "cluster"];
/** What only the root package, the addon, may use: the rest of the core knows no JavaScript. */
const OF_THE_ADDON = /^napi/;
const MAX_LINES = 600;
const SOURCE = /\.(rs|ts|mjs)$/;
/** Written by a program, for which no file is too long. */
const GENERATED = /^src\/generated\//;
/** Spelt in two halves, so that this file passes. */
const LEFTOVERS = new RegExp(
  ["TO" + "DO", "FIX" + "ME", "X" + "XX"].map((word) => `\\b${word}\\b`).join("|"),
);

/** @throws {Error} naming every file that breaks a rule */
export function tidy() {
  const problems = [
    ...sources().flatMap(checkSource),
    ...checkCratesAreDescribed(),
    ...LEVELS.flatMap(checkDependencies),
  ];
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
  const isTooLong = lines.length > MAX_LINES && !GENERATED.test(path);
  const tooLong = isTooLong ? [`${path}: ${lines.length} lines, more than ${MAX_LINES}`] : [];
  const leftovers = lines.flatMap((line, index) =>
    LEFTOVERS.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
  );
  return [...tooLong, ...leftovers];
}

function checkCratesAreDescribed() {
  const architecture = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  return ["crates/node", ...members()]
    .filter((path) => !architecture.includes(`\`${path}`))
    .map((path) => `ARCHITECTURE.md does not describe ${path}`);
}

function members() {
  const lines = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^ {4}"crates\/.+?"/gm) ?? [];
  return lines.map((line) => line.trim().replaceAll('"', ""));
}

function checkDependencies(crate, level) {
  const manifest = readFileSync(join(root, "crates", crate, "Cargo.toml"), "utf8");
  const [, section = ""] = manifest.match(/^\[dependencies\]\n(.*?)(?:^\[|$(?![^]))/ms) ?? [];
  const used = [...section.matchAll(/^([\w-]+)/gm)].map(([, name]) => name);
  return used
    .filter((name) => OF_THE_ADDON.test(name) || levelOf(name) >= level)
    .map((name) => `crates/${crate} may not use ${name}`);
}

/** Of a crate of ours; below all levels for others. */
function levelOf(name) {
  const own = name.match(/^bramble-(.+)$/)?.[1];
  if (own === undefined) return -1;
  const level = LEVELS.indexOf(own);
  return level === -1 ? LEVELS.length : level;
}
