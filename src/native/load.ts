import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { BrambleError } from "../errors.js";
import type { NativeBinding } from "./binding.js";

const require = createRequire(import.meta.url);
const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

/** The platforms that have binaries, by the machine code of their ELF header. */
const PLATFORMS = [
  { name: "linux-x64-gnu", arch: "x64", machine: 62 },
  { name: "linux-arm64-gnu", arch: "arm64", machine: 183 },
  { name: "linux-arm-gnueabihf", arch: "arm", machine: 40 },
] as const;

/** A place where the binary may be, and why it could not be had from there. */
interface Attempt {
  readonly place: string;
  readonly problem: string;
}

/**
 * Loads the addon: from `BRAMBLE_NATIVE`, from this checkout, or from the package for this platform.
 *
 * @throws {BrambleError} `ENGINE_UNAVAILABLE`, with everything that was tried and what to do.
 */
export function loadNative(): NativeBinding {
  const attempts: Attempt[] = [];
  for (const place of candidates()) {
    try {
      return require(place) as NativeBinding;
    } catch (error) {
      attempts.push({ place, problem: problemOf(place, error) });
    }
  }
  const tried = attempts.map(({ place, problem }) => `\n  ${place}: ${problem}`).join("");
  throw new BrambleError(
    "ENGINE_UNAVAILABLE",
    `No native engine for ${platformText()}.${tried}\n${advice()}`,
  );
}

/** Where the binary may be, best first. */
function candidates(): string[] {
  const chosen = process.env["BRAMBLE_NATIVE"];
  if (chosen !== undefined && chosen !== "") return [chosen];
  const platform = platformHere();
  if (platform === undefined) return [];
  return [`${packageRoot}npm/${platform.name}/bramble.${platform.name}.node`, `bramble-${platform.name}`];
}

function platformHere(): (typeof PLATFORMS)[number] | undefined {
  return process.platform === "linux" ? PLATFORMS.find(({ arch }) => arch === process.arch) : undefined;
}

/** In one line, why a place did not serve. */
function problemOf(place: string, error: unknown): string {
  if (place.endsWith(".node") && !existsSync(place)) return "not there";
  if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return "not installed";
  const built = place.endsWith(".node") ? builtFor(place) : undefined;
  if (built !== undefined && built !== platformHere()?.name) return `built for ${built}`;
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

/** The platform that a binary was built for, by its ELF header. */
function builtFor(path: string): string | undefined {
  const header = Buffer.alloc(20);
  try {
    const file = openSync(path, "r");
    readSync(file, header);
    closeSync(file);
  } catch {
    return undefined;
  }
  if (header.toString("latin1", 1, 4) !== "ELF") return "no Linux (it has no ELF header)";
  const machine = header.readUInt16LE(18);
  return PLATFORMS.find((platform) => platform.machine === machine)?.name ?? `machine number ${machine}`;
}

function platformText(): string {
  const libc = process.platform === "linux" && isMusl() ? " with musl" : "";
  const version = isArmv6() ? "v6" : "";
  return `${process.platform}-${process.arch}${version}${libc}`;
}

/** What somebody can do about it. */
function advice(): string {
  const names = PLATFORMS.map(({ name }) => name).join(", ");
  if (platformHere() === undefined) return `There are binaries for ${names}.`;
  if (isMusl())
    return "The binaries need glibc: use a Node of Debian, Raspberry Pi OS or the like, not of Alpine.";
  if (isArmv6()) return "The binaries need ARMv7: a Raspberry Pi 2 or newer, or a Zero 2.";
  if (existsSync(`${packageRoot}Cargo.toml`)) return "Run `npm run build` to make one.";
  return "Run `npm install` again, without `--omit=optional`; binaries are optional dependencies.";
}

function isMusl(): boolean {
  // Typed as `object`; only builds against glibc have the field.
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return process.platform === "linux" && header.glibcVersionRuntime === undefined;
}

function isArmv6(): boolean {
  const { arm_version: version } = process.config.variables as { arm_version?: string };
  return process.arch === "arm" && version === "6";
}
