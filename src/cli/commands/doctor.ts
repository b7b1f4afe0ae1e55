import type { Command } from "commander";
import { parseHost } from "../../programs/addresses.js";
import { print, printJson } from "../output.js";

/** Words for states; other than `good` they stand out. */
const STATES = { good: "ok", warning: "note", bad: "BAD" } as const;

/** `bramble doctor` */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("Look at this machine, and say what to mend. Exits with 1 if something will not work.")
    .argument("[scheduler]", "HOST or HOST:PORT of a scheduler that should be within reach")
    .option("--json", "print JSON")
    .action(doctor);
}

async function doctor(scheduler: string | undefined, { json }: { readonly json?: boolean }): Promise<void> {
  const { examine } = await import("../../doctor/index.js");
  const findings = await examine(scheduler === undefined ? undefined : parseHost(scheduler, "scheduler"));
  if (findings.some(({ state }) => state === "bad")) process.exitCode = 1;
  if (json) {
    printJson(findings);
    return;
  }
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  for (const { subject, state, text, advice } of findings) {
    print(`${STATES[state].padEnd(4)}  ${subject.padEnd(width)}  ${text}`);
    if (advice !== undefined) for (const line of advice.split("\n")) print(`${" ".repeat(width + 8)}${line}`);
  }
}
