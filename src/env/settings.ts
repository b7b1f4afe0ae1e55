import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "./home.js";

/** Writes what the npm of an environment does without being told: it runs no package's scripts, above all. */
export async function writeSettings(home: Home, folder: string): Promise<void> {
  const lines = [
    "ignore-scripts=true",
    `cache=${JSON.stringify(home.cache)}`,
    "audit=false",
    "fund=false",
    "install-strategy=hoisted",
  ];
  await writeFile(join(folder, ".npmrc"), `${lines.join("\n")}\n`);
}
