// What was asked for on the command line.

import { parseArgs } from "node:util";
import { SetupError } from "../../scripts/lib/errors.mjs";

const USAGE = `npm run bench -- [--quick] [--only NAME]... [--json FILE]
  --quick       smaller problems and fewer repeats, in less than a minute
  --only NAME   this workload alone
  --json FILE   where the figures go; bench/results/ otherwise`;

/** @returns {{ quick: boolean, only: string[], json?: string }} */
export function readArgs() {
  const options = {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    json: { type: "string" },
  };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new SetupError(`${error.message}\n${USAGE}`);
  }
}

/** Those that were asked for; all if nothing was said. */
export function choose(workloads, only) {
  const names = workloads.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new SetupError(`There is no workload ${unknown}; there are ${names.join(", ")}.`);
  }
  return only.length === 0 ? workloads : workloads.filter(({ name }) => only.includes(name));
}
