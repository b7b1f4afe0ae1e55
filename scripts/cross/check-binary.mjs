// What must hold of a binary before it may go to other machines. A mistake here shows only on somebody's board.

import { run } from "../lib/run.mjs";
import { isAtLeast } from "../lib/tools.mjs";
import { GLIBC } from "./cargo.mjs";
import { unguardedNeon } from "./neon.mjs";
import { unguardedNewer } from "./newer.mjs";

/** A Pi 5 has pages of 16 KiB, other ARM kernels of 64 KiB: a segment aligned to less does not load. */
const LARGEST_PAGE = 0x10000;

/** Libraries that every system with glibc has. Raspberry Pi OS Lite has no others, such as libatomic. */
const LIBRARIES = /^(libc|libm|libdl|librt|libpthread|libgcc_s|ld-linux[\w-]*)\.so\.\d+$/;

/**
 * Every Raspberry Pi with ARMv7 has VFPv3's 32 registers, and Node's programs use them. Rust 1.94 and 1.95 do too, though
 * their target is for the 16 of VFPv3-D16 (rust-lang/rust#159973).
 */
const FLOATING_POINT = ["VFPv3", "VFPv3-D16"];

/**
 * @param {string} path
 * @param {{ name: string, arch: string }} platform
 * @throws {Error} naming everything that is wrong with it
 */
export async function checkBinary(path, { name, arch }) {
  const readelf = (option) => run("readelf", [option, "--wide", path]);
  const problems = [
    ...(await checkSymbols(readelf)),
    ...(await checkLibraries(readelf)),
    ...(await checkSegments(readelf, arch)),
    ...(await checkInstructions(readelf, arch, path)),
  ];
  if (problems.length > 0)
    throw new Error(`The binary for ${name} can't be used: ${problems.join("; ")}. It is ${path}`);
}

async function checkSymbols(readelf) {
  const versions = [...(await readelf("--version-info")).matchAll(/Name: GLIBC_([\d.]+)/g)].map(
    ([, version]) => version,
  );
  const tooNew = [...new Set(versions)].filter((version) => !isAtLeast(GLIBC, version));
  if (versions.length === 0) return ["it names no glibc version"];
  return tooNew.map((version) => `it needs glibc ${version}, more than ${GLIBC}`);
}

async function checkLibraries(readelf) {
  const needed = [...(await readelf("--dynamic")).matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name]) => name);
  return needed.filter((name) => !LIBRARIES.test(name)).map((name) => `it needs ${name}`);
}

async function checkSegments(readelf, arch) {
  const headers = (await readelf("--program-headers")).split("\n").map((line) => line.trim().split(/\s+/));
  const loads = headers.filter(([type]) => type === "LOAD");
  const stack = headers.find(([type]) => type === "GNU_STACK");
  const problems = [];
  const isTooFine = (columns) => arch !== "x64" && Number(columns.at(-1)) < LARGEST_PAGE;
  if (loads.length === 0 || loads.some(isTooFine)) problems.push("its segments are not aligned to 64 KiB");
  if (!stack || stack.at(-2).includes("E")) problems.push("its stack is executable");
  return problems;
}

/** Nothing that only newer processors have, unless it is asked for when the program runs. */
async function checkInstructions(readelf, arch, path) {
  if (arch === "x64") return [];
  const found = arch === "arm64" ? unguardedNewer(path) : unguardedNeon(path);
  if (found === undefined) return ["it has no table of symbols, by which its instructions are judged"];
  const beyond = arch === "arm64" ? "instructions that ARMv8.0 lacks" : "NEON";
  const problems = found.map((name) => `${name} uses ${beyond} without asking`);
  return arch === "arm64" ? problems : [...problems, ...(await checkAttributes(readelf))];
}

/** What the linker noted. Of NEON it notes the most that any object has, which says nothing of when it is used. */
async function checkAttributes(readelf) {
  const attributes = await readelf("--arch-specific");
  const [, unit = "none"] = attributes.match(/Tag_FP_arch: (\S+)/) ?? [];
  return [
    ...(/Tag_CPU_arch: v7$/m.test(attributes) ? [] : ["it is not for ARMv7"]),
    ...(FLOATING_POINT.includes(unit) ? [] : [`its floating-point unit is ${unit}`]),
  ];
}
