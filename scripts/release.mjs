// npm run release: publishes the tarballs of `npm run pack`. `npm run release:dry` does all but that, and takes what is
// there; npm itself says what it would do.

import { existsSync } from "node:fs";
import { SetupError } from "./lib/errors.mjs";
import { main } from "./lib/main.mjs";
import { withProgress } from "./lib/progress.mjs";
import { run } from "./lib/run.mjs";
import { checkPackages } from "./release/check.mjs";
import { packedBefore } from "./release/pack.mjs";
import { releaseProblems } from "./release/version.mjs";

const isDry = process.argv.includes("--dry-run");

await main(async () => {
  const packages = packedBefore();
  const missing = packages.filter(({ file }) => !existsSync(file)).map(({ name }) => `${name} is not packed`);
  const problems = [...(await releaseProblems()), ...missing];
  for (const problem of problems) process.stderr.write(`  ${problem}\n`);
  if (problems.length > 0 && !isDry) throw new SetupError("Not published: see above");
  const there = packages.filter(({ file }) => existsSync(file));
  await checkPackages(there);
  const options = ["--access", "public", "--ignore-scripts", ...(isDry ? ["--dry-run"] : ["--provenance"])];
  for (const { name, file } of there)
    await withProgress(isDry ? `${name}: what npm would do` : `Publishing ${name}`, () =>
      run("npm", ["publish", file, ...options]),
    );
  const left = problems.length > 0 ? `; ${problems.length} things stand in the way` : "";
  process.stdout.write(`${isDry ? "Would publish" : "Published"} ${there.length} packages${left}\n`);
});
