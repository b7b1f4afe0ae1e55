import type { Command } from "commander";
import { note, print } from "./output.js";

/** Flags of programs that can become services. */
export interface InstallFlags {
  readonly install?: boolean;
  readonly dryRun?: boolean;
}

/** Adds the flags. */
export function withInstallOptions(command: Command): Command {
  return command
    .option(
      "--install",
      "write a systemd unit that runs this command line at every start, instead of running it",
    )
    .option("--dry-run", "with --install: print the unit and write nothing");
}

/** Writes or prints the unit of this command line. */
export async function installService(
  name: string,
  description: string,
  endsFirst: boolean,
  { dryRun = false }: InstallFlags,
): Promise<void> {
  const { installUnit, serviceHere, unitText } = await import("../programs/systemd.js");
  const service = serviceHere(name, description, endsFirst);
  if (process.env["BRAMBLE_KEY"])
    note(
      "BRAMBLE_KEY is set here only: a service finds the key in its file (`bramble key copy HOST` writes it)",
    );
  if (dryRun) {
    process.stdout.write(unitText(service));
    return;
  }
  const { file, commands } = installUnit(service);
  note(`Wrote ${file}. To start it now and at every start:`);
  for (const command of commands) print(command);
}
