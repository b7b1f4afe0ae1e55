import { describe, expect, it } from "vitest";
import { advice, type Installation } from "../../dist/native/advice.js";
import { isArmv6, type Machine, platformText } from "../../dist/native/platforms.js";

const PI4: Machine = {
  platform: "linux",
  arch: "arm64",
  kernel: "aarch64",
  cpuInfo: "",
  glibc: "2.36",
};
const PI4_32: Machine = { ...PI4, arch: "arm" };
const PI_ZERO: Machine = {
  ...PI4_32,
  kernel: "armv6l",
  cpuInfo: "model name\t: ARMv6-compatible processor rev 7 (v6l)\n",
};
const ALPINE: Machine = { ...PI4, arch: "x64", kernel: "x86_64", glibc: undefined };

const INSTALLED: Installation = {
  isCheckout: false,
  neighbours: ["bramble", "commander"],
  lock: undefined,
  lockPath: "/home/pi/project/package-lock.json",
  packageName: "bramble",
};
const lockOf = (...names: string[]): string =>
  JSON.stringify({ packages: Object.fromEntries(names.map((name) => [`node_modules/${name}`, {}])) });

describe("where no binary can run", () => {
  it.each<[Machine, string, string]>([
    [{ ...PI4, platform: "darwin" }, "darwin-arm64", "There are binaries for linux-x64-gnu, linux-arm64-gnu"],
    [{ ...ALPINE, arch: "riscv64" }, "linux-riscv64 with musl", "There are binaries for"],
    [ALPINE, "linux-x64 with musl", "need glibc: use a Node of Debian"],
    [{ ...PI4, glibc: "2.27" }, "linux-arm64", "need glibc 2.28, and this is 2.27"],
    [PI_ZERO, "linux-armv6", "a Raspberry Pi 2 or newer"],
    [{ ...PI_ZERO, cpuInfo: "" }, "linux-armv6", "a Raspberry Pi 2 or newer"],
    [{ ...PI_ZERO, kernel: "armv7l" }, "linux-armv6", "a Raspberry Pi 2 or newer"],
  ])("of %j it says so", (machine, text, words) => {
    expect(platformText(machine)).toBe(text);
    expect(advice(machine, INSTALLED)).toContain(words);
  });

  it("an ARMv7 that the kernel calls so is none of version 6", () => {
    expect(isArmv6(PI4_32)).toBe(false);
    expect(
      isArmv6({ ...PI4_32, cpuInfo: "model name\t: ARMv7 Processor rev 4 (v7l)\nCPU architecture: 7\n" }),
    ).toBe(false);
  });
});

describe("where a binary could run", () => {
  it("tells a checkout to build it", () => {
    expect(advice(PI4, { ...INSTALLED, isCheckout: true })).toBe("Run `npm run build` to make one.");
  });

  it("names the options of npm where the package was left out", () => {
    const words = advice(PI4, INSTALLED);
    expect(words).toContain("npm install --include=optional");
    expect(words).toContain("npm install --os=linux --cpu=arm64 --libc=glibc bramble`");
    expect(advice(PI4_32, { ...INSTALLED, packageName: "bramble-core" })).toContain(
      "--cpu=arm --libc=glibc bramble-core",
    );
  });

  it("recognises node_modules of another machine", () => {
    const neighbours = ["bramble", "bramble-linux-x64-gnu"];
    expect(advice(PI4, { ...INSTALLED, neighbours })).toContain("for linux-x64-gnu, as if node_modules came");
  });

  it.each(["bramble", "bramble-array", "bramble-core"])(
    "recognises a lock file that was made where another package of %s fits",
    (flavour) => {
      const lock = lockOf("bramble", `${flavour}-linux-x64-gnu`);
      const words = advice(PI4, { ...INSTALLED, lock });
      expect(words).toContain("/home/pi/project/package-lock.json was made on another machine");
      expect(words).toContain("npm/cli#4828");
      expect(words).toContain("the package for linux-arm64-gnu");
    },
  );

  it("blames no lock file that has the package, or none of ours", () => {
    for (const lock of [lockOf("bramble-linux-x64-gnu", "bramble-linux-arm64-gnu"), lockOf("commander"), "{"])
      expect(advice(PI4, { ...INSTALLED, lock })).toContain("--include=optional");
  });

  it("says to install anew what is there and does not load", () => {
    const neighbours = ["bramble", "bramble-linux-arm64-gnu"];
    expect(advice(PI4, { ...INSTALLED, neighbours })).toContain("Delete node_modules");
  });

  it("says of a 32-bit Node on a 64-bit kernel that Node counts", () => {
    expect(platformText(PI4_32)).toBe("linux-arm (a 32-bit Node on a 64-bit kernel, aarch64)");
    expect(advice(PI4_32, INSTALLED)).toContain("What counts is the Node that runs");
  });
});
