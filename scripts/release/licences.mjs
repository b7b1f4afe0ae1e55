// The licences of everything that is compiled into a binary.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { featureArguments } from "../lib/flavours.mjs";
import { run } from "../lib/run.mjs";

/** Licences that ask for no more than to be passed on. */
const PERMISSIVE = new Set([
  "0BSD",
  "Apache-2.0",
  "Apache-2.0 WITH LLVM-exception",
  "BSD-1-Clause",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "CC0-1.0",
  "CDLA-Permissive-2.0",
  "ISC",
  "MIT",
  "MIT-0",
  "NCSA",
  "Unicode-3.0",
  "Unlicense",
  "Zlib",
  "bzip2-1.0.6",
  "zlib-acknowledgement",
]);
const TEXT = /^(licen[cs]e|copying|notice|copyright|unlicense)([-_.].*)?$/i;
/** Of crates that name a file instead of a licence, what stands in it. */
const OTHERWISE = { "hdf5-metno-src": "BSD-3-Clause" };
/** Libraries in C that crates carry in folders of their own. */
const CARRIED = { "hdf5-metno-src": ["ext/hdf5"], "libdeflate-sys": ["libdeflate"] };

/** What no list of crates names. */
const RUST = {
  name: "std",
  licence: "MIT OR Apache-2.0",
  texts: [],
  owners: "The Rust Project contributors",
  repository: "https://github.com/rust-lang/rust",
};

/**
 * The crates that a flavour of the addon is made of on a platform, with the texts of their licences.
 *
 * @returns {Promise<{ name: string, version: string, licence: string, texts: string[], owners: string,
 *   repository: string }[]>}
 * @throws {Error} if one asks for more than permissive licences do
 */
export async function licencesOf(flavour, platform) {
  const crates = [...(await cratesOf(flavour, platform)), { ...RUST, version: await rustVersion() }];
  const problems = crates.filter(({ licence }) => !isPermissive(licence));
  if (problems.length > 0)
    throw new Error(problems.map(({ name, licence }) => `${name} has the licence ${licence}`).join("\n"));
  return crates;
}

/** One text for people and lawyers; equal texts stand there once. */
export function licenceText(crates) {
  const list = crates.map(({ name, version, licence }) => `${name} ${version}: ${licence}`);
  const users = new Map();
  for (const { name, texts } of crates)
    for (const text of texts) {
      const key = createHash("sha256").update(text.replaceAll(/\s+/g, " ")).digest("hex");
      const known = users.get(key) ?? { text, names: new Set() };
      users.set(key, known);
      known.names.add(name);
    }
  for (const { name, licence, texts, owners, repository } of crates) {
    if (texts.length > 0) continue;
    const text = `${licence}, as its authors say; they give no text.\nCopyright ${owners}\n${repository}`;
    users.set(name, { text, names: new Set([name]) });
  }
  const parts = [...users.values()].map(
    ({ text, names }) => `${"-".repeat(100)}\n${[...names].join(", ")}\n\n${text.trim()}\n`,
  );
  const head = "What is compiled into this binary, and under which licences.";
  return `${head}\n\n${list.join("\n")}\n\n${parts.join("\n")}`;
}

async function cratesOf(flavour, { target }) {
  // A tree knows which features a flavour has; metadata know of the whole workspace.
  const tree = await run("cargo", [
    "tree",
    "--locked",
    "--package=bramble-node",
    "--edges=normal,no-proc-macro",
    "--prefix=none",
    "--format={p}",
    `--target=${target}`,
    ...featureArguments(flavour),
  ]);
  const wanted = new Set(
    [...tree.matchAll(/^(\S+) v(\S+)/gm)].map(([, name, version]) => `${name} ${version}`),
  );
  const metadata = await run("cargo", [
    "metadata",
    "--format-version=1",
    "--locked",
    `--filter-platform=${target}`,
  ]);
  const { packages } = JSON.parse(metadata.slice(metadata.indexOf("{")));
  return packages
    .filter(({ name, version, source }) => wanted.has(`${name} ${version}`) && source !== null)
    .map(({ name, version, license, authors, repository, manifest_path: manifest }) => ({
      name,
      version,
      licence: license ?? OTHERWISE[name] ?? "none",
      texts: textsIn(dirname(manifest), CARRIED[name] ?? []),
      owners: authors.map((author) => author.replace(/ <.*>$/, "")).join(", ") || `the authors of ${name}`,
      repository: repository ?? "",
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function rustVersion() {
  return (await run("rustc", ["--version"])).split(" ")[1];
}

function textsIn(folder, carried) {
  return [".", ...carried].flatMap((inner) => {
    const place = join(folder, inner);
    if (!existsSync(place)) return [];
    const files = readdirSync(place, { withFileTypes: true }).filter(
      (entry) => entry.isFile() && TEXT.test(entry.name),
    );
    return files.map(({ name }) => readFileSync(join(place, name), "utf8"));
  });
}

/** Of licences to choose from one must be permissive, of those that hold together all. */
function isPermissive(expression) {
  const choices = expression.replaceAll(/[()]/g, "").split(/ OR |\//);
  return choices.some((choice) => choice.split(" AND ").every((licence) => PERMISSIVE.has(licence.trim())));
}
