// What must hold of a tarball before it is published.

import { withProgress } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";

/** Packages of addons have no modules to look at. */
const OF_ADDONS = /-linux-/;
/** What npm would run on somebody's machine. */
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall", "prepare"];
/** Anything but an exact version could change behind our back. */
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** @throws {Error} naming the packages that something is wrong with */
export async function checkPackages(packed) {
  await withProgress("Checking what is published", async () => {
    for (const { name, file } of packed) {
      checkManifest(name, JSON.parse(await run("tar", ["-xzOf", file, "package/package.json"])));
      if (OF_ADDONS.test(name)) continue;
      await run("node_modules/.bin/publint", ["--strict", file]);
      await run("node_modules/.bin/attw", [file, "--profile", "esm-only", "--no-emoji"]);
    }
  });
}

function checkManifest(name, manifest) {
  const { scripts = {}, dependencies = {}, optionalDependencies = {} } = manifest;
  const run = INSTALL_SCRIPTS.filter((script) => script in scripts);
  if (run.length > 0) throw new Error(`${name} runs scripts when it is installed: ${run.join(", ")}`);
  const loose = Object.entries({ ...dependencies, ...optionalDependencies }).filter(
    ([, range]) => !EXACT.test(range),
  );
  if (loose.length > 0)
    throw new Error(`${name} depends on no exact version of ${loose.map(([other]) => other).join(", ")}`);
}
