import type { Command } from "commander";
import { chosenEnvironment } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { withName } from "../fetch-options.js";
import { note, printJson, printTable } from "../output.js";

interface Flags {
  readonly name?: string;
  readonly platforms: string;
  readonly json?: boolean;
}

/** `bramble env check --platforms PLATFORMS` */
export function addCheck(env: Command): void {
  withName(env.command("check"))
    .description("Say which packages have no build for other machines. Ends with 1 if there are such.")
    .requiredOption("--platforms <platforms>", "such as linux-arm,linux-arm64")
    .option("--json", "print JSON")
    .action(check);
}

async function check({ name, platforms: text, json }: Flags): Promise<void> {
  const { findMisfits, parsePlatforms } = await import("../../env/platforms.js");
  const platforms = parsePlatforms(text);
  const environment = await chosenEnvironment(findHome(), name);
  const misfits = await findMisfits(environment, platforms);
  if (json) printJson({ misfits });
  else if (misfits.length === 0) note(`Every package of ${environment.name} has a build for ${text}`);
  else printTable(misfits.map((misfit) => [misfit.platform, misfit.package, misfit.kind, misfit.reason]));
  if (misfits.some(({ kind }) => kind === "no build")) process.exitCode = 1;
}
