import { readFile, rename, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { chosenEnvironment } from "../../env/environment.js";
import { codeOf } from "../../env/file-errors.js";
import { findHome } from "../../env/home.js";
import { withName } from "../fetch-options.js";

interface Flags {
  readonly name?: string;
  readonly lock?: boolean;
  readonly file?: string;
}

/** `bramble env export > FILE` */
export function addExport(env: Command): void {
  withName(env.command("export"))
    .description("Print the file from which any machine makes the environment again.")
    .option("--lock", "with exact versions and checksums, for all platforms")
    .option("-f, --file <file>", "write this file instead, and keep the comments that are in it")
    .action(exportCommand);
}

async function exportCommand({ name, lock, file }: Flags): Promise<void> {
  const home = findHome();
  const environment = await chosenEnvironment(home, name);
  const { exportEnvironment } = await import("../../env/export.js");
  if (file === undefined) {
    process.stdout.write(await exportEnvironment(home, environment, { lock }));
    return;
  }
  const text = await textOf(file);
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, await exportEnvironment(home, environment, { lock, text }));
  await rename(partial, file);
}

/** The text of a file that is to be kept up to date; undefined if there is none yet. */
async function textOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { parseEnvironmentFile } = await import("../../env/file.js");
  parseEnvironmentFile(text, file);
  return text;
}
