// A registry of npm on this machine, which has our packages and passes others on.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runServer } from "verdaccio";
import { cache } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";

/** Far above what an addon takes. */
const LARGEST = "1gb";

/**
 * Starts one on a free port of the loopback interface; what it got from the ordinary registry it keeps for the next time.
 * Needs the build lock.
 *
 * @returns {Promise<{ address: string, publish: (file: string) => Promise<unknown>, close: () => Promise<void> }>}
 */
export async function startRegistry() {
  const storage = join(cache, "registry");
  mkdirSync(storage, { recursive: true });
  const ordinary = (await run("npm", ["config", "get", "registry"])).trim();
  const server = await runServer({
    storage,
    self_path: storage,
    configPath: join(storage, "config.yaml"),
    // A request that fails is no reason to ask nothing more for minutes, as is usual.
    uplinks: {
      ordinary: { url: ordinary, timeout: "60s", maxage: "60m", max_fails: 100, fail_timeout: "1s" },
    },
    packages: {
      bramble: { access: "$all", publish: "$all" },
      "bramble-*": { access: "$all", publish: "$all" },
      "**": { access: "$all", proxy: "ordinary" },
    },
    max_body_size: LARGEST,
    log: { type: "stdout", level: "fatal" },
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = `http://127.0.0.1:${server.address().port}/`;
  return {
    address,
    publish: (file) => publish(file, address),
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** Takes away what was published before: a version is published once. */
export function forgetPublished(names) {
  for (const name of names) rmSync(join(cache, "registry", name), { recursive: true, force: true });
}

/** npm asks for a token, though nobody looks at it. */
function publish(file, address) {
  const token = `--${address.replace("http:", "")}:_authToken=anybody`;
  return run("npm", [
    "publish",
    file,
    "--registry",
    address,
    token,
    "--ignore-scripts",
    "--loglevel",
    "error",
  ]);
}
