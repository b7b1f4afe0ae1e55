// CMake, which builds the HDF5 library: the system's if it is new enough, else one from PyPI.

import { join } from "node:path";
import { cache } from "./paths.mjs";
import { installWithPip } from "./pip.mjs";
import { isAtLeast, probe } from "./tools.mjs";

/** What HDF5's own build asks for. */
const MINIMUM = "3.26";
const VERSION = "3.31.10";

/** The environment that makes cargo's build scripts use a CMake that is new enough. */
export async function cmakeEnvironment() {
  const { version, problem } = probe("cmake");
  if (version && isAtLeast(version, MINIMUM)) return {};
  const folder = join(cache, "cmake", VERSION);
  await installWithPip(folder, [`cmake==${VERSION}`], {
    purpose: `CMake ${VERSION} (${MINIMUM} or newer is needed; ${problem ?? `found ${version}`})`,
    otherwise: `To get it: put a CMake of ${MINIMUM} or newer on the PATH (https://cmake.org/download)`,
  });
  return { CMAKE: join(folder, "cmake", "data", "bin", "cmake") };
}
