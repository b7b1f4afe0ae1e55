import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { machine as kernelMachine } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BrambleError } from "../errors.js";
import { advice, type Installation } from "./advice.js";
import type { NativeBinding } from "./binding.js";
import { FLAVOURS, isArmv6, type Machine, PLATFORMS, platformOf, platformText } from "./platforms.js";

const require = createRequire(import.meta.url);
const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

/** A place where the binary may be, and why it could not be had from there. */
interface Attempt {
  readonly place: string;
  readonly problem: string;
}

/**
 * Loads the addon: from `BRAMBLE_NATIVE`, from this checkout, or from the packages for this platform, of which the most
 * complete counts.
 *
 * @throws {BrambleError} `ENGINE_UNAVAILABLE`, with everything that was tried and what to do.
 */
export function loadNative(): NativeBinding {
  const machine = machineHere();
  const attempts: Attempt[] = [];
  for (const place of candidates(machine)) {
    try {
      return require(place) as NativeBinding;
    } catch (error) {
      attempts.push({ place, problem: problemOf(place, error, machine) });
    }
  }
  const tried = attempts.map(({ place, problem }) => `\n  ${place}: ${problem}`).join("");
  throw new BrambleError(
    "ENGINE_UNAVAILABLE",
    `No native engine for ${platformText(machine)}.${tried}\n${advice(machine, installationHere())}`,
  );
}

/** Where the binary may be, best first. */
function candidates(machine: Machine): string[] {
  const chosen = process.env["BRAMBLE_NATIVE"];
  if (chosen !== undefined && chosen !== "") return [chosen];
  const platform = platformOf(machine);
  // The others fail to load; this one would end the process.
  if (platform === undefined || isArmv6(machine)) return [];
  const built = FLAVOURS.map((flavour) =>
    join(packageRoot, "npm", platform.name, `${flavour}.${platform.name}.node`),
  );
  const installed = FLAVOURS.map((flavour) => `${flavour}-${platform.name}`);
  return [...(isCheckout() ? built : []), ...installed];
}

/** In one line, why a place did not serve. */
function problemOf(place: string, error: unknown, machine: Machine): string {
  if (place.endsWith(".node") && !existsSync(place)) return "not there";
  if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return "not installed";
  const built = place.endsWith(".node") ? builtFor(place) : undefined;
  if (built !== undefined && built !== platformOf(machine)?.name) return `built for ${built}`;
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

function machineHere(): Machine {
  return {
    platform: process.platform,
    arch: process.arch,
    kernel: kernelMachine(),
    cpuInfo: process.arch === "arm" ? (read("/proc/cpuinfo") ?? "") : "",
    // A report takes a moment, and only who has found nothing wants it.
    get glibc() {
      // Typed as `object`; only builds against glibc have the field.
      const { header } = process.report.getReport() as unknown as {
        header: { glibcVersionRuntime?: string };
      };
      return header.glibcVersionRuntime;
    },
  };
}

function installationHere(): Installation {
  const modules = dirname(packageRoot);
  const lockPath = join(dirname(modules), "package-lock.json");
  return {
    isCheckout: isCheckout(),
    neighbours: basename(modules) === "node_modules" ? readdirSync(modules) : [],
    lock: basename(modules) === "node_modules" ? read(lockPath) : undefined,
    lockPath,
    packageName: basename(packageRoot),
  };
}

function isCheckout(): boolean {
  return existsSync(join(packageRoot, "Cargo.toml"));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
