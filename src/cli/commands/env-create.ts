import type { Command } from "commander";
import { findHome } from "../../env/home.js";
import { BrambleError } from "../../errors.js";
import { type FetchFlags, withFetchOptions } from "../fetch-options.js";
import { note } from "../output.js";

interface Flags extends FetchFlags {
  readonly name?: string;
  readonly file?: string;
  readonly node?: string;
  readonly clone?: string;
  readonly force?: boolean;
}

/** `bramble env create --name NAME [PACKAGE...]` */
export function addCreate(env: Command): void {
  withFetchOptions(env.command("create"))
    .description("Make an environment: whole, or not at all.")
    .argument("[packages...]", "packages as `name` or `name@range`")
    .option("-n, --name <name>", "its name; that of the file if absent")
    .option("-f, --file <file>", "a file that `bramble env export` or a person wrote")
    .option("--node <version>", "its Node: a version, a range or `system`; the one that runs this if absent")
    .option("--clone <environment>", "begin with what another environment has")
    .option("--force", "replace an environment of the same name")
    .action(create);
}

async function create(packages: string[], flags: Flags): Promise<void> {
  const { createEnvironment } = await import("../../env/create.js");
  const { readEnvironmentFile } = await import("../../env/read-file.js");
  const file = flags.file === undefined ? undefined : await readEnvironmentFile(flags.file);
  const name = flags.name ?? file?.content.name;
  if (name === undefined) {
    const reason = flags.file === undefined ? "" : `: ${flags.file} says no name`;
    throw new BrambleError("INVALID_ARGUMENT", `Give the environment a name with \`--name NAME\`${reason}`);
  }
  if (file !== undefined && flags.clone !== undefined)
    throw new BrambleError(
      "INVALID_ARGUMENT",
      "An environment begins with `--file` or with `--clone`, not both",
    );
  const { path } = await createEnvironment(findHome(), name, { ...flags, packages, file });
  note(`Made ${name} in ${path}. To use it: source bramble-activate ${name}`);
}
