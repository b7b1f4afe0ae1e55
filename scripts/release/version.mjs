// Whether the tree is one that may be published.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";

/** What stands in the way, in sentences. */
export async function releaseProblems() {
  const { version } = JSON.parse(read("package.json"));
  const [, crates] = read("Cargo.toml").match(/\[workspace\.package\]\nversion = "(.+)"/) ?? [];
  const changes = (await run("git", ["status", "--porcelain"])).trim();
  return [
    ...(crates === version ? [] : [`Cargo.toml has version ${crates}, package.json ${version}`]),
    ...changelogProblems(read("CHANGELOG.md"), version),
    ...(changes === "" ? [] : ["There are changes that are not committed"]),
  ];
}

/** The changelog begins with the version, its date, and what is new in it. */
export function changelogProblems(text, version) {
  const [, found = "nothing", date = "", body = ""] =
    text.match(/^## (\S+) ?(.*)\n([^]*?)(?=^## |$(?![^]))/m) ?? [];
  if (found !== version) return [`CHANGELOG.md begins with ${found}, not ${version}`];
  return [
    ...(/^\(?\d{4}-\d{2}-\d{2}\)?$/.test(date) ? [] : [`CHANGELOG.md does not date ${version}: "${date}"`]),
    ...(/^- /m.test(body) ? [] : [`CHANGELOG.md says nothing of ${version}`]),
  ];
}

function read(path) {
  return readFileSync(join(root, path), "utf8");
}
