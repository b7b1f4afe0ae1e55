import type { Command } from "commander";
import { activeName, listEnvironments } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { listEnvironmentsCommand } from "../list-environments.js";
import { printJson, printTable } from "../output.js";
import { version } from "../version.js";

interface Flags {
  readonly envs?: boolean;
  readonly json?: boolean;
}

/** `bramble info` */
export function addInfo(program: Command): void {
  program
    .command("info")
    .description("Show what runs here, and where environments are.")
    .option("--envs", "list all environments, as `bramble env list` does")
    .option("--json", "print JSON")
    .action(info);
}

async function info({ envs, json }: Flags): Promise<void> {
  if (envs) {
    await listEnvironmentsCommand({ json: json ?? false });
    return;
  }
  const home = findHome();
  const facts = {
    bramble: version(),
    node: process.version,
    "node program": process.execPath,
    platform: `${process.platform}-${process.arch}`,
    engine: await engineText(),
    "active environment": activeName(home) ?? null,
    environments: (await listEnvironments(home)).length,
    "kept in": home.root,
  };
  if (json) printJson(facts);
  else printTable(Object.entries(facts).map(([name, value]) => [`${name} `, `: ${value ?? "none"}`]));
}

/** Which engine computes, and if not the native one, why. */
async function engineText(): Promise<string> {
  const { selectEngine } = await import("../../engine/select.js");
  return selectEngine().name;
}
