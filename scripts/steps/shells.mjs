// The shells that the tests activate environments in.

import { installPackages } from "../lib/apt.mjs";
import { probe } from "../lib/tools.mjs";

const SHELLS = ["bash", "zsh", "fish"];

/** Installs those that are missing. Needs the build lock. */
export async function installShells() {
  const missing = SHELLS.filter((shell) => probe(shell).problem);
  if (missing.length > 0) await installPackages(missing, `the shells ${missing.join(" and ")} for the tests`);
}
