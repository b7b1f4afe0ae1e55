// qemu, which runs ARM programs here, and the C and C++ libraries that they load.

import { existsSync } from "node:fs";
import { installPackages } from "../lib/apt.mjs";

const PORTS = { arm64: "/usr/aarch64-linux-gnu", armhf: "/usr/arm-linux-gnueabihf" };
/** What Node needs beside the C library, which the others bring. */
const LIBRARIES = { "libstdc++.so.6": "libstdc++6", "libatomic.so.1": "libatomic1" };
const QEMU = ["/usr/bin/qemu-aarch64-static", "/usr/bin/qemu-arm-static"];

/** Installs what is missing. */
export async function installEmulator() {
  const libraries = Object.entries(PORTS).flatMap(([port, sysroot]) =>
    Object.entries(LIBRARIES)
      .filter(([file]) => !existsSync(`${sysroot}/lib/${file}`))
      .map(([, name]) => `${name}-${port}-cross`),
  );
  const qemu = QEMU.every((path) => existsSync(path)) ? [] : ["qemu-user-static"];
  const missing = [...qemu, ...libraries];
  if (missing.length > 0) await installPackages(missing, "an ARM emulator and its libraries");
}
