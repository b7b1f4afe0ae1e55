// Zig as C compiler and linker for the Raspberry Pis: it knows every glibc, so that the binaries run on old ones.

import { join } from "node:path";
import { cache } from "../lib/paths.mjs";
import { installWithPip } from "../lib/pip.mjs";

const ZIG = "0.17.1";
const ZIGBUILD = "0.24.0";
const folder = join(cache, "zig", `${ZIG}-${ZIGBUILD}`);

/**
 * Installs zig and cargo-zigbuild, once.
 *
 * @returns {Promise<{ zigbuild: string, env: Record<string, string> }>} the program, and its environment
 */
export async function installZig() {
  await installWithPip(folder, [`ziglang==${ZIG}`, `cargo-zigbuild==${ZIGBUILD}`], {
    purpose: `zig ${ZIG} and cargo-zigbuild ${ZIGBUILD}`,
    otherwise: "Try again where pip can reach PyPI or a mirror of it",
  });
  return {
    zigbuild: join(folder, "bin", "cargo-zigbuild"),
    env: {
      CARGO_ZIGBUILD_ZIG_PATH: join(folder, "ziglang", "zig"),
      CARGO_ZIGBUILD_CACHE_DIR: join(cache, "zigbuild"),
      ZIG_GLOBAL_CACHE_DIR: join(cache, "zig-cache"),
    },
  };
}
