// How large packages are, for people.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Prints a line for each tarball, as `packAll` gives them. */
export function printSizes(packed) {
  const width = Math.max(...packed.map(({ name }) => name.length));
  process.stdout.write(`${"package".padEnd(width)}  compressed   unpacked\n`);
  for (const { name, packed: compressed, unpacked } of packed)
    process.stdout.write(`${name.padEnd(width)}  ${megabytes(compressed)}  ${megabytes(unpacked)}\n`);
}

/** Bytes in all files below a folder, and how many packages of npm stand there. */
export function folderSize(folder) {
  let bytes = 0;
  let packages = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile()) bytes += statSync(path).size;
    if (
      entry.isDirectory() &&
      /node_modules\/(@[^/]+\/)?[^/@]+$/.test(path) &&
      existsSync(join(path, "package.json"))
    )
      packages++;
  }
  return { bytes, packages };
}

/** Such as `  12.3 MB`. */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2).padStart(7)} MB`;
}
