// What must hold of a binary before it may go to a Raspberry Pi. A mistake here shows only on somebody's board.

import { run } from "../lib/run.mjs";
import { isAtLeast } from "../lib/tools.mjs";
import { GLIBC } from "./cargo.mjs";

/** A Pi 5 has pages of 16 KiB, other ARM kernels of 64 KiB: a segment aligned to less does not load. */
const LARGEST_PAGE = 0x10000;

/**
 * @param {string} path
 * @param {{ name: string, arch: string }} platform
 * @throws {Error} naming everything that is wrong with it
 */
export async function checkBinary(path, { name, arch }) {
  const readelf = (option) => run("readelf", [option, "--wide", path]);
  const problems = [
    ...(await checkSymbols(readelf)),
    ...(await checkSegments(readelf)),
    ...(arch === "arm" ? await checkInstructions(readelf) : []),
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

async function checkSegments(readelf) {
  const headers = (await readelf("--program-headers")).split("\n").map((line) => line.trim().split(/\s+/));
  const loads = headers.filter(([type]) => type === "LOAD");
  const stack = headers.find(([type]) => type === "GNU_STACK");
  const problems = [];
  if (loads.length === 0 || loads.some((columns) => Number(columns.at(-1)) < LARGEST_PAGE)) {
    problems.push("its segments are not aligned to 64 KiB");
  }
  if (!stack || stack.at(-2).includes("E")) problems.push("its stack is executable");
  return problems;
}

/** 32-bit ARM promises VFPv3 and no NEON; an attribute would mean that some object was compiled for more. */
async function checkInstructions(readelf) {
  const attributes = await readelf("--arch-specific");
  return attributes.includes("Tag_Advanced_SIMD_arch") ? ["it needs NEON"] : [];
}
