import { existsSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CONTENT } from "./environment.js";
import type { Home } from "./home.js";
import { machineConfigFile } from "./npm-config.js";

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
  await keepMachineConfig(home, folder);
}

/**
 * npm looks for the machine's configuration beside its Node, which is the environment's now. A copy, so that what is
 * configured in the environment stays there.
 */
async function keepMachineConfig(home: Home, folder: string): Promise<void> {
  const own = join(folder, CONTENT.machineConfig);
  const machine = await machineConfigFile(home);
  if (existsSync(own) || !existsSync(machine)) return;
  await mkdir(dirname(own), { recursive: true });
  await copyFile(machine, own);
}
