// Makes the tarballs of every package in a folder.

import { copyFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { flavours } from "../lib/flavours.mjs";
import { root } from "../lib/paths.mjs";
import { addonPath, platforms } from "../lib/platforms.mjs";
import { run } from "../lib/run.mjs";
import { licencesOf, licenceText } from "./licences.mjs";
import { addonPackage, javaScriptPackages, LICENCES, packageNames } from "./manifests.mjs";
import { writeStripped } from "./strip.mjs";

/** Where tarballs go that are to be published. */
export const PACKED = join(root, ".dist-packages");

/** The tarballs that `npm run pack` made or should have made, in the order in which they are published. */
export function packedBefore() {
  return packageNames().map((name) => ({ name, file: join(PACKED, `${name}.tgz`) }));
}

/**
 * Packs what is built: the packages of JavaScript, and those of the addons that are there.
 *
 * @param {string} folder which is made anew
 * @returns {Promise<{ name: string, file: string, packed: number, unpacked: number }[]>} with sizes in bytes
 */
export async function packAll(folder) {
  rmSync(folder, { recursive: true, force: true });
  const staging = join(folder, "staging");
  mkdirSync(staging, { recursive: true });
  const staged = javaScriptPackages().map((described) => stageJavaScript(staging, described));
  for (const flavour of flavours) {
    const built = platforms.filter((platform) => existsSync(join(root, addonPath(platform, flavour))));
    for (const platform of built) {
      const licences = licenceText(await licencesOf(flavour, platform));
      staged.push(stageAddon(staging, flavour, platform, licences));
    }
  }
  const packed = [];
  for (const directory of staged) packed.push(await pack(directory, folder));
  rmSync(staging, { recursive: true });
  return packed;
}

function stageJavaScript(staging, { manifest, dist, modules, readme }) {
  const directory = begin(staging, manifest);
  copyFileSync(join(root, readme), join(directory, "README.md"));
  copyFileSync(join(root, "LICENSE"), join(directory, "LICENSE"));
  for (const [file, text] of Object.entries(modules)) writeFileSync(join(directory, file), text);
  if (dist) {
    copyFileSync(join(root, "CHANGELOG.md"), join(directory, "CHANGELOG.md"));
    for (const part of ["bin", "dist"]) cpSync(join(root, part), join(directory, part), { recursive: true });
  }
  return directory;
}

function stageAddon(staging, flavour, platform, licences) {
  const { manifest, file } = addonPackage(flavour, platform);
  const directory = begin(staging, manifest);
  const about = `${manifest.description}. \`npm install\` of a package that needs it brings it where it fits.\n`;
  writeFileSync(join(directory, "README.md"), `# ${manifest.name}\n\n${about}`);
  copyFileSync(join(root, "LICENSE"), join(directory, "LICENSE"));
  writeFileSync(join(directory, LICENCES), licences);
  writeStripped(join(root, addonPath(platform, flavour)), join(directory, file));
  return directory;
}

function begin(staging, manifest) {
  const directory = join(staging, manifest.name);
  mkdirSync(directory);
  writeFileSync(join(directory, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return directory;
}

async function pack(directory, folder) {
  const output = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: directory,
  });
  const [{ name, filename, size, unpackedSize }] = JSON.parse(output.slice(output.indexOf("[")));
  const file = join(folder, `${name}.tgz`);
  renameSync(join(folder, filename), file);
  return { name, file, packed: size, unpacked: unpackedSize };
}
