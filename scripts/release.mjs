// npm run release: publishes the tarballs of `npm run pack`. `npm run release:dry` does all but that, and takes what is
// there; npm itself says what it would do.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./lib/errors.mjs";
import { flavours } from "./lib/flavours.mjs";
import { main } from "./lib/main.mjs";
import { platforms } from "./lib/platforms.mjs";
import { withProgress } from "./lib/progress.mjs";
import { run } from "./lib/run.mjs";
import { checkPackages } from "./release/check.mjs";
import { addonPackage, javaScriptPackages } from "./release/manifests.mjs";
import { PACKED } from "./release/pack.mjs";
import { releaseProblems } from "./release/version.mjs";

const isDry = process.argv.includes("--dry-run");

await main(async () => {
  const packages = namesInOrder().map((name) => ({ name, file: join(PACKED, `${name}.tgz`) }));
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

/** Whoever installs in between must find what the others name: addons first, `bramble` last. */
function namesInOrder() {
  const addons = flavours.flatMap((flavour) =>
    platforms.map((platform) => addonPackage(flavour, platform).manifest.name),
  );
  const [whole, ...parts] = javaScriptPackages().map(({ manifest }) => manifest.name);
  return [...addons, ...parts, whole];
}
