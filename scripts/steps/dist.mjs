// The JavaScript of the package, compiled from src/ into dist/.

import { chmodSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";
import { withProgress } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { stamp } from "../lib/stamp.mjs";

/** Compiles it unless it is there and fresh. Needs the build lock and node_modules. */
export async function buildDist() {
  const built = distStamp();
  if (built.isFresh()) return;
  // Compiled aside and then put in place as a whole: without files whose source is gone, and without errors.
  const partial = join(root, ".dist-partial");
  rmSync(partial, { recursive: true, force: true });
  await withProgress("Compiling TypeScript", () =>
    run("node_modules/.bin/tsc", ["-p", "tsconfig.json", "--outDir", partial]),
  );
  for (const program of programs()) chmodSync(program.replace("dist", partial), 0o755);
  const dist = join(root, "dist");
  const old = join(root, ".dist-old");
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(partial, dist);
  rmSync(old, { recursive: true, force: true });
  built.write();
}

/** The compiled programs of the package, so that a link to them runs. */
function programs() {
  const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.values(bin).flatMap((path) => path.match(/^\.\/(dist\/.*)/)?.[1] ?? []);
}

/** Whether it was compiled from the sources as they are now. */
export function isDistFresh() {
  return distStamp().isFresh();
}

function distStamp() {
  const inputs = ["src", "tsconfig.json", "package-lock.json"];
  return stamp("dist", { inputs, outputs: ["dist/index.js"] });
}
