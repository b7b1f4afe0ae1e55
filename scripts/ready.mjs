// npm run ready: all that must hold before a commit. `-- --no-tests` leaves out the tests.

import { cargo } from "./lib/cargo.mjs";
import { SetupError } from "./lib/errors.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { withProgress } from "./lib/progress.mjs";
import { run } from "./lib/run.mjs";
import { probe } from "./lib/tools.mjs";
import { generate } from "./steps/generate.mjs";
import { prepare } from "./steps/prepare.mjs";
import { tidy } from "./steps/tidy.mjs";

/** The profile of the build, so that the C libraries are built once. */
const WORKSPACE = ["--workspace", "--release", "--locked"];
const BIN = "node_modules/.bin";
const DOCS = { env: { RUSTDOCFLAGS: "-D warnings" } };

/** Each is called with its name, shows its progress, and rejects with what it finds. */
const checks = {
  "Generated files": checkGenerated,
  "Format of Rust": (name) => quiet(name, "cargo", "fmt", "--all", "--check"),
  "Format of TypeScript": (name) => quiet(name, `${BIN}/biome`, "format"),
  "House rules": (name) => withProgress(name, async () => tidy()),
  Clippy: (name) => cargo(name, ["clippy", ...WORKSPACE, "--all-targets", "--", "-D", "warnings"]),
  Oxlint: (name) => quiet(name, `${BIN}/oxlint`, "--type-aware", "--deny-warnings"),
  "Types of the tests": (name) => quiet(name, `${BIN}/tsc`, "--noEmit", "-p", "__test__"),
  "What is published": (name) => quiet(name, `${BIN}/publint`, "--strict"),
  "Unused code": (name) => quiet(name, `${BIN}/knip`),
  "Docs of Rust": (name) => cargo(name, ["doc", ...WORKSPACE, "--no-deps", "--document-private-items"], DOCS),
  "Docs of TypeScript": (name) => quiet(name, `${BIN}/typedoc`),
};

await main(async () => {
  requireRustTools();
  await prepare();
  const failed = await withBuildLock(failingChecks);
  if (failed.length > 0) throw new SetupError(`Not ready: ${failed.join(", ")}`);
  if (!process.argv.includes("--no-tests")) await run(process.execPath, ["scripts/test.mjs"], { echo: true });
  process.stdout.write("Ready\n");
});

/** Runs them all, printing what each finds, and returns the names of those that found something. */
async function failingChecks() {
  const failed = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(name);
    } catch (error) {
      failed.push(name);
      process.stderr.write(`${(error.output || error.message).trimEnd()}\n`);
    }
  }
  return failed;
}

async function checkGenerated() {
  const changed = await generate();
  if (changed.length > 0)
    throw new Error(`src/generated was out of date: ${changed.join(", ")}. Now it is right: commit it`);
}

function quiet(name, command, ...args) {
  return withProgress(name, () => run(command, args));
}

function requireRustTools() {
  const missing = ["cargo-clippy", "cargo-fmt"].filter((tool) => probe(tool).problem);
  if (missing.length === 0) return;
  throw new SetupError(`Missing: ${missing.join(", ")}. To get it: rustup component add clippy rustfmt`);
}
