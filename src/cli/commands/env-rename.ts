import type { Command } from "commander";
import { activeName } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { BrambleError } from "../../errors.js";
import { note } from "../output.js";

/** `bramble env rename OLD NEW` */
export function addRename(env: Command): void {
  env
    .command("rename")
    .description("Give an environment another name.")
    .argument("<old>")
    .argument("<new>")
    .action(rename);
}

async function rename(from: string, to: string): Promise<void> {
  const home = findHome();
  if (activeName(home) === from) {
    throw new BrambleError("INVALID_ARGUMENT", `${from} is active here. First \`source bramble-deactivate\``);
  }
  const { renameEnvironment } = await import("../../env/change.js");
  await renameEnvironment(home, from, to);
  note(`${from} is now called ${to}`);
}
