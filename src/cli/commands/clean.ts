import type { Command } from "commander";
import { findHome } from "../../env/home.js";
import { bytesText, note } from "../output.js";

/** `bramble clean` */
export function addClean(program: Command): void {
  program
    .command("clean")
    .description("Free the disk of what no environment uses: files of the store, and npm's cache.")
    .action(clean);
}

async function clean(): Promise<void> {
  const { cleanStore } = await import("../../env/store.js");
  note(`Freed ${bytesText(await cleanStore(findHome()))}`);
}
