/** The platforms that have binaries, by the machine code of their ELF header. */
export const PLATFORMS = [
  { name: "linux-x64-gnu", arch: "x64", machine: 62 },
  { name: "linux-arm64-gnu", arch: "arm64", machine: 183 },
  { name: "linux-arm-gnueabihf", arch: "arm", machine: 40 },
] as const;

/** What binaries are called, the most complete first: with everything, without data frames, and without HDF5 too. */
export const FLAVOURS = ["bramble", "bramble-array", "bramble-core"] as const;

/** What decides which binary runs, and why none does. */
export interface Machine {
  /** As `process.platform`. */
  readonly platform: string;
  /** As `process.arch`: of Node, not of the kernel. */
  readonly arch: string;
  /** As `os.machine()`: of the kernel. */
  readonly kernel: string;
  /** The text of `/proc/cpuinfo`; empty if there is none. */
  readonly cpuInfo: string;
  /** The version of glibc; undefined where there is another C library. */
  readonly glibc: string | undefined;
}

/** The platform of a machine, if there are binaries for its kind. */
export function platformOf({ platform, arch }: Machine): (typeof PLATFORMS)[number] | undefined {
  return platform === "linux" ? PLATFORMS.find((candidate) => candidate.arch === arch) : undefined;
}

/** Why no binary could run on a machine, whatever is installed; undefined if one can. */
export function refusalOf(machine: Machine): string | undefined {
  if (platformOf(machine) === undefined)
    return `There are binaries for ${PLATFORMS.map(({ name }) => name).join(", ")}.`;
  if (machine.glibc === undefined)
    return "The binaries need glibc: use a Node of Debian, Raspberry Pi OS or the like, not of Alpine.";
  if (isOlderThanFloor(machine.glibc))
    return `The binaries need glibc 2.28, and this is ${machine.glibc}: Raspberry Pi OS bullseye and Debian 10 are new enough.`;
  if (isArmv6(machine)) return "The binaries need ARMv7: a Raspberry Pi 2 or newer, or a Zero 2.";
  return undefined;
}

/** The platform in a word or two, with what is unusual about it. */
export function platformText(machine: Machine): string {
  const version = isArmv6(machine) ? "v6" : "";
  const libc = machine.platform === "linux" && machine.glibc === undefined ? " with musl" : "";
  const kernel = is32On64(machine) ? ` (a 32-bit Node on a 64-bit kernel, ${machine.kernel})` : "";
  return `${machine.platform}-${machine.arch}${version}${libc}${kernel}`;
}

/** Whether the kernel could run a Node of twice the width. */
export function is32On64({ arch, kernel }: Machine): boolean {
  return arch === "arm" && (kernel === "aarch64" || kernel === "arm64");
}

/**
 * A Raspberry Pi 1 or Zero: its Node calls itself `arm` too, and would be killed by the first instruction it lacks. What Node
 * was built for does not tell: all of 32-bit Raspberry Pi OS is built for ARMv6, and runs on newer boards too.
 */
export function isArmv6({ arch, kernel, cpuInfo }: Machine): boolean {
  // The kernel of these calls their architecture 7, and the processor ARMv6.
  return arch === "arm" && (kernel.startsWith("armv6") || /^model name\s*:\s*ARMv6/m.test(cpuInfo));
}

function isOlderThanFloor(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 2 || (major === 2 && minor < 28);
}
