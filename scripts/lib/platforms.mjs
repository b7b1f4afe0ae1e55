// The platforms that binaries are made for.

import { SetupError } from "./errors.mjs";
import { complete } from "./flavours.mjs";

/** Each has a folder `npm/<name>` for its package. `emulator` is what runs its programs on another machine. */
export const platforms = [
  { name: "linux-x64-gnu", arch: "x64", target: "x86_64-unknown-linux-gnu" },
  {
    name: "linux-arm64-gnu",
    arch: "arm64",
    target: "aarch64-unknown-linux-gnu",
    emulator: ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"],
  },
  {
    name: "linux-arm-gnueabihf",
    arch: "arm",
    target: "armv7-unknown-linux-gnueabihf",
    emulator: ["qemu-arm-static", "-L", "/usr/arm-linux-gnueabihf"],
  },
];

/** Those of the Raspberry Pis. */
export const piPlatforms = platforms.filter((platform) => platform.emulator);

/**
 * Those of some platforms that somebody names; all of them if no name is given.
 *
 * @throws {SetupError} for a name that none has
 */
export function platformsNamed(names, some = platforms) {
  const known = some.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new SetupError(`${unknown.join(", ")}: no such platform. There are ${known.join(", ")}`);
  return some.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** The addon of a platform, relative to the checkout. */
export function addonPath({ name }, flavour = complete) {
  return `npm/${name}/${flavour.name}.${name}.node`;
}

/** @throws {SetupError} if there is none for this machine */
export function hostPlatform() {
  const host = platforms.find(({ arch }) => process.platform === "linux" && arch === process.arch);
  if (host) return host;
  throw new SetupError(
    `Bramble's addon is built on ${platforms.map(({ arch }) => `linux-${arch}`).join(", ")}; ` +
      `this is ${process.platform}-${process.arch}. Set BRAMBLE_ENGINE=js to use the package without it.`,
  );
}
